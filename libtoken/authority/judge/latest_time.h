#pragma once

#include <atomic>
#include <cstdint>

namespace libtoken::authority {

/// The latest time that a service has judged at, whichever of its threads and judges did. Time does not go back behind
/// it, so that a token that was seen to be over stays over whatever becomes of the clock.
class LatestTime {
 public:
  [[nodiscard]] std::int64_t unix_s() const noexcept { return latest_.load(std::memory_order_relaxed); }
  void raise(std::int64_t to_unix_s) noexcept {
    std::int64_t seen = unix_s();
    while (seen < to_unix_s && !latest_.compare_exchange_weak(seen, to_unix_s, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<std::int64_t> latest_{0};
};

}  // namespace libtoken::authority
