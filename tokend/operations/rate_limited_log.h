#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tokend {

/// A log for what clients can bring about as often as they like: it takes so many lines in each interval, and says at
/// the next chance how many more there would have been. Any number of threads may share one.
class RateLimitedLog {
 public:
  struct Rate {
    std::size_t lines = 0;
    std::chrono::seconds interval{};
  };
  static constexpr Rate kForDenials{20, std::chrono::seconds(1)};
  static constexpr Rate kForFaults{1, std::chrono::seconds(5)};

  /// `subject`: what the lines are about, as in "lines about SUBJECT that were left out: 7".
  RateLimitedLog(std::shared_ptr<spdlog::logger> log, Rate rate, std::string subject)
      : log_(std::move(log)), rate_(rate), subject_(std::move(subject)) {}

  /// Whether a line of this level is wanted, and may be written now. A line that may not is counted. To be asked before
  /// the line is put together, which costs more than asking.
  [[nodiscard]] bool has_room(spdlog::level::level_enum level);
  [[nodiscard]] spdlog::logger& log() noexcept { return *log_; }

  /// Writes a warning if there is room for it; `detail` is escaped. Never throws: it is called when there is no memory.
  void warn(std::string_view what, std::string_view detail = {}) noexcept;

  /// Says how many lines were left out, if their interval is over. To be called now and then.
  void catch_up();

 private:
  void begin_interval();

  const std::shared_ptr<spdlog::logger> log_;
  const Rate rate_;
  const std::string subject_;
  std::atomic<std::int64_t> interval_{0};  // counted from the steady clock's epoch
  std::atomic<std::size_t> lines_{0};      // in this interval
  std::atomic<std::size_t> left_out_{0};
};

}  // namespace tokend
