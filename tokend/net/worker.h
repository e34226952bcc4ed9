#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/connection.h"
#include "net/deadlines.h"
#include "net/limits.h"
#include "net/request_handler.h"
#include "net/response_writer.h"
#include "operations/rate_limited_log.h"

namespace tokend {

/// A client that was just accepted.
struct Arrival {
  FileDescriptor fd;
  Peer peer;
  TlsSession tls{nullptr, SSL_free};
  bool admitted = true;  ///< false: it is told that there are too many, and no more
};

/// One thread with an event loop of its own: its connections wait in epoll, and a request is answered in one go once all
/// of it is in memory. Nothing it does waits for a client.
class Worker {
 public:
  /// `limits` and `faults` are borrowed.
  Worker(Limits& limits, RateLimitedLog& faults, std::unique_ptr<RequestHandler> handler);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False: there is no epoll or eventfd to be had.
  [[nodiscard]] bool start();

  // From other threads.
  /// Takes it, or throws and leaves it.
  void adopt(Arrival& arrival);
  void finish(std::shared_ptr<Job> job) noexcept;
  void wake() noexcept;
  [[nodiscard]] std::size_t load() const noexcept { return load_; }
  /// Serves out: what is idle is closed, what is under way comes to its end.
  void drain() noexcept;
  /// Ends now, and joins.
  void stop() noexcept;
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }

 private:
  // worker.cc: the loop
  void run();
  void turn();
  void read_mailbox();
  void take_in(Arrival arrival);
  void expire();
  void close(Connection& connection) noexcept;
  void sweep();
  void close_idle();
  /// Does something with a connection; if that fails for want of memory, it alone is closed.
  template <class Work>
  void guarded(Connection& connection, Work work) noexcept;

  // worker_serving.cc: one connection
  void on_events(Connection& connection, std::uint32_t events);
  void receive(Connection& connection);
  void serve(Connection& connection, std::string_view fresh);
  std::size_t answer_whole_requests(Connection& connection, std::string_view bytes);
  void await_rest(Connection& connection, const Framer::Look& look, bool anew);
  void refuse(Connection& connection, const Response& response);
  void settle(Connection& connection);
  void linger(Connection& connection);
  void wait_for(Connection& connection, Wait wait);
  void watch(Connection& connection, std::uint32_t events);
  void recount(Connection& connection);

  // worker_answers.cc: what requests are answered with
  bool answer(Connection& connection, const Framer::Look& look, bool more_follow);
  [[nodiscard]] bool start(Connection& connection, std::shared_ptr<Job> job, std::string_view method, bool close);
  void on_job_done(Job& job);
  void reply(Connection& connection, std::string_view method, Response response, bool close);

  Limits& limits_;
  RateLimitedLog& faults_;
  const std::unique_ptr<RequestHandler> handler_;
  const BodyLimit body_limit_;
  ResponseWriter writer_;
  FileDescriptor epoll_;
  FileDescriptor wake_event_;
  Deadlines deadlines_;
  SteadyClock::time_point now_{};
  SteadyClock::time_point flushed_{};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> closed_;  // until nothing of this turn can mean them
  std::deque<Connection*> runnable_;  // with requests left over from their last turn
  std::unique_ptr<char[]> buffer_;
  std::string spare_;  // the memory that `out` of the connection at hand works in
  bool closing_idle_ = false;

  std::atomic<std::size_t> load_{0};
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};

  std::mutex mutex_;  // guards the mailbox
  std::vector<Arrival> arrivals_;
  std::shared_ptr<Job> finished_;  // a list, so that handing one over takes no memory

  std::thread thread_;
};

}  // namespace tokend
