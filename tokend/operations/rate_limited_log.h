#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "libtoken/text.h"

namespace tokend {

/// Says a fault at most once in five seconds, with how often there was one meanwhile: what a stranger can bring about a
/// thousand times a second must not fill a disk. Any number of threads.
class QuietLog {
 public:
  explicit QuietLog(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

  /// `detail` is escaped. Never throws: it is called when there is no memory left, and must not make things worse.
  void warn(std::string_view what, std::string_view detail = {}) noexcept {
    try {
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
      std::string line(what);
      if (!detail.empty()) line += ": " + libtoken::escape_untrusted(detail, 200);
      if (more != 0) line += " (and " + std::to_string(more) + " times since it was last said)";
      log_->warn("{}", line);
    } catch (const std::exception&) {  // no memory to say it with
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
