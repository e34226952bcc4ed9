#pragma once

#include <atomic>
#include <cstdint>

namespace libtoken::authority {

/// The latest time that a service has decided at, over all its threads and judges, in seconds since 1970. A judge never
/// decides at an earlier time, so that a token that was found expired stays expired even if the clock is set back. May
/// be used by any number of threads.
class LatestTime {
 public:
  [[nodiscard]] std::int64_t unix_s() const noexcept { return latest_.load(std::memory_order_relaxed); }
  /// Makes `to_unix_s` the latest time, unless it is earlier.
  void raise(std::int64_t to_unix_s) noexcept {
    std::int64_t seen = unix_s();
    while (seen < to_unix_s && !latest_.compare_exchange_weak(seen, to_unix_s, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<std::int64_t> latest_{0};
};

}  // namespace libtoken::authority
