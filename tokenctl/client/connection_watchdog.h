#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace tokenctl {

/// Ends a connection that takes too long, in a thread of its own: the library bounds each wait, but not all of them
/// together.
class ConnectionWatchdog {
 public:
  explicit ConnectionWatchdog(std::chrono::steady_clock::time_point deadline);
  ConnectionWatchdog(const ConnectionWatchdog&) = delete;
  ConnectionWatchdog& operator=(const ConnectionWatchdog&) = delete;
  ~ConnectionWatchdog();

  /// The socket to watch from now on. Until stop() nothing else may open a descriptor: it could get that number.
  void watch_socket(int socket) noexcept { socket_ = socket; }
  void stop();

  [[nodiscard]] bool was_too_late() const noexcept { return too_late_; }

 private:
  void watch();

  const std::chrono::steady_clock::time_point deadline_;
  std::atomic<int> socket_{-1};
  std::atomic<bool> done_{false};
  std::atomic<bool> too_late_{false};
  std::thread thread_;
};

}  // namespace tokenctl
