#include "client/connection_watchdog.h"

#include <sys/socket.h>

namespace tokenctl {
namespace {

constexpr std::chrono::milliseconds kInterval{20};

}  // namespace

ConnectionWatchdog::ConnectionWatchdog(std::chrono::steady_clock::time_point deadline)
    : deadline_(deadline), thread_([this] { watch(); }) {}

ConnectionWatchdog::~ConnectionWatchdog() { stop(); }

void ConnectionWatchdog::stop() {
  done_ = true;
  if (thread_.joinable()) thread_.join();
}

void ConnectionWatchdog::watch() {
  while (!done_) {
    std::this_thread::sleep_for(kInterval);
    const int socket = socket_;
    if (socket < 0 || std::chrono::steady_clock::now() < deadline_) continue;
    too_late_ = true;
    ::shutdown(socket, SHUT_RDWR);
  }
}

}  // namespace tokenctl
