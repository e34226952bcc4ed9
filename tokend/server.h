#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "handlers.h"
#include "libtoken/result.h"
#include "listen_address.h"

namespace tokend {

/// A descriptor that closes itself.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

/// Listens, and serves each connection on one of a bounded number of threads. A connection that waits for its next
/// request gives up its thread when others wait for one.
class Server {
 public:
  /// Binds to the first address that can be had. `handlers` is borrowed. Error: kInvalidArgument (none can be had).
  [[nodiscard]] static libtoken::Result<std::unique_ptr<Server>> listen(const std::vector<SocketAddress>& addresses,
                                                                        const RequestHandlers& handlers,
                                                                        std::shared_ptr<spdlog::logger> log);
  /// stop() without a drain time, if nobody has stopped it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// `http://127.0.0.1:8080`, with the port that was bound.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  /// Begins to accept.
  void start();

  /// Takes no more connections, lets the requests under way come to an end, and after `drain` ends them. True: none had
  /// to be.
  bool stop(std::chrono::milliseconds drain);

 private:
  Server(FileDescriptor listener, FileDescriptor stop_event, std::string url, const RequestHandlers& handlers,
         std::shared_ptr<spdlog::logger> log);
  void accept_all();
  void work();
  void serve(int fd, class Exchange& exchange);

  const FileDescriptor listener_;
  const FileDescriptor stop_event_;
  const std::string url_;
  const RequestHandlers& handlers_;
  const std::shared_ptr<spdlog::logger> log_;
  std::atomic<std::size_t> waiting_count_{0};

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<int> waiting_;
  std::unordered_set<int> open_;
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace tokend
