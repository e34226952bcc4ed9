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
#include "operations/rate_limited_log.h"

namespace tokend {

/// A connection that was just accepted.
struct Arrival {
  FileDescriptor fd;
  Peer peer;
  TlsSession tls{nullptr, SSL_free};
  bool admitted = true;  ///< false: it is only told that there are too many connections
};

/// One thread with an event loop. Its connections wait in epoll, and a request is passed to the handler once all of it
/// is in memory. The thread never waits for a client.
class Worker {
 public:
  /// `limits` and `faults` are borrowed.
  Worker(Limits& limits, RateLimitedLog& faults, std::unique_ptr<RequestHandler> handler);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False: the system gives no epoll or eventfd. Throws if it gives no thread.
  [[nodiscard]] bool start();

  // From other threads.
  /// Takes the connection; if there is no memory it throws, and leaves it.
  void adopt(Arrival& arrival);
  /// The job has its response.
  void finish(std::shared_ptr<Job> job) noexcept;
  void wake() noexcept;
  [[nodiscard]] std::size_t load() const noexcept { return load_; }
  /// Closes idle connections, and the others once their requests are answered.
  void drain() noexcept;
  /// Closes all connections now, and joins the thread.
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
  /// Calls work(); if that throws because there is no memory, this connection is closed and no other.
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
  void reply(Connection& connection, std::string_view method, const Response& response, bool close);

  Limits& limits_;
  RateLimitedLog& faults_;
  const std::unique_ptr<RequestHandler> handler_;
  const BodyLimit body_limit_;
  FileDescriptor epoll_;
  FileDescriptor wake_event_;
  Deadlines deadlines_;
  SteadyClock::time_point now_{};
  SteadyClock::time_point flushed_{};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> closed_;  // until the end of the turn, whose events may name them
  std::deque<Connection*> runnable_;                 // that have requests left over from their last turn
  std::unique_ptr<char[]> buffer_;
  std::string spare_;  // memory that is lent to `out` of the connection being served
  bool closing_idle_ = false;

  std::atomic<std::size_t> load_{0};
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};

  std::mutex mutex_;  // guards the mailbox
  std::vector<Arrival> arrivals_;
  std::shared_ptr<Job> finished_;  // a linked list, so that adding to it takes no memory

  std::thread thread_;
};

}  // namespace tokend
