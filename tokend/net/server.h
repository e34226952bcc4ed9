#pragma once

#include <poll.h>
#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/limits.h"
#include "net/listener.h"
#include "net/tls.h"
#include "net/worker.h"

namespace tokend {

/// Listens, and hands each connection to one of a few workers, the one that has fewest. A thread of its own accepts.
class Server {
 public:
  /// A worker for each of `handlers`. `limits` is borrowed. `tls`: what TCP listeners that speak TLS offer; empty if none
  /// does.
  Server(std::vector<Listener> listeners, Limits& limits, TlsContext tls,
         std::vector<std::unique_ptr<RequestHandler>> handlers, std::shared_ptr<spdlog::logger> log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Begins to accept. Error: kInvalidArgument (the system gives no more descriptors).
  [[nodiscard]] libtoken::Result<void> start();
  /// The listeners' URLs, with commas between them.
  [[nodiscard]] std::string urls() const;

  void change_tls(TlsContext tls) { tls_.replace(std::move(tls)); }

  /// Takes no more connections, closes the idle ones, and lets the requests under way come to an end.
  void drain() noexcept;
  /// All of them have.
  [[nodiscard]] bool has_drained() const noexcept;
  /// Ends everything now.
  void stop() noexcept;

 private:
  void accept_all();
  /// False: nobody is waiting any more, or nobody can be taken now.
  bool accept_one(const Listener& listener);
  [[nodiscard]] bool make_tls(Arrival& arrival) const;
  Worker& least_loaded() noexcept;
  [[nodiscard]] std::size_t refused_open() const noexcept;

  const std::shared_ptr<spdlog::logger> log_;
  std::vector<Listener> listeners_;
  TlsSource tls_;
  Limits& limits_;
  RateLimitedLog faults_;
  RateLimitedLog refusals_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::size_t next_worker_ = 0;
  FileDescriptor stop_event_;
  std::vector<pollfd> watched_;  // by the acceptor: the listeners, and stop_event_
  std::thread acceptor_;
};

}  // namespace tokend
