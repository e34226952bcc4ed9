#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace tokend {

/// A log for what strangers bring about by asking: so many lines a second and no more, and then how many were left out.
/// Any number of threads.
class BoundedLog {
 public:
  static constexpr std::size_t kLinesASecond = 20;

  explicit BoundedLog(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

  /// Whether a line of this level is wanted and there is room for it; asked before it is put together, which costs more
  /// than to ask. What there is no room for is counted.
  [[nodiscard]] bool has_room(spdlog::level::level_enum level) {
    if (!log_->should_log(level)) return false;
    begin_second();
    if (lines_.fetch_add(1) < kLinesASecond) return true;
    ++left_out_;
    return false;
  }
  /// Says what was left out, if its second is over. To be called now and then.
  void catch_up() {
    if (left_out_ != 0) begin_second();
  }
  [[nodiscard]] spdlog::logger& log() noexcept { return *log_; }

 private:
  void begin_second() {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now()).time_since_epoch().count();
    if (second_ == now || second_.exchange(now) == now) return;
    lines_ = 0;
    if (const std::size_t left_out = left_out_.exchange(0); left_out != 0) {
      log_->warn("{} lines about refused requests were left out", left_out);
    }
  }

  const std::shared_ptr<spdlog::logger> log_;
  std::atomic<std::int64_t> second_{0};
  std::atomic<std::size_t> lines_{0};
  std::atomic<std::size_t> left_out_{0};
};

}  // namespace tokend
