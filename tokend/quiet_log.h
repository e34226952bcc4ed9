#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

namespace tokend {

/// Says the same fault at most once in five seconds, with how often it came meanwhile: what a stranger can bring about a
/// thousand times a second must not fill a disk. Any number of threads.
class QuietLog {
 public:
  explicit QuietLog(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

  void warn(const std::string& what) {
    std::size_t more = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto now = std::chrono::steady_clock::now();
      if (said_ && now - last_ < std::chrono::seconds(5)) {
        ++unsaid_;
        return;
      }
      said_ = true;
      last_ = now;
      std::swap(more, unsaid_);
    }
    if (more == 0) {
      log_->warn("{}", what);
    } else {
      log_->warn("{} (and {} times since it was last said)", what, more);
    }
  }

 private:
  const std::shared_ptr<spdlog::logger> log_;
  std::mutex mutex_;  // guards what follows
  bool said_ = false;
  std::chrono::steady_clock::time_point last_;
  std::size_t unsaid_ = 0;
};

}  // namespace tokend
