#include "net/worker.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <utility>

namespace tokend {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::chrono::milliseconds kLongestSleep{1000};
constexpr std::chrono::seconds kFlushInterval{20};
/// Few enough that whoever comes next is not kept waiting by all of them.
constexpr std::size_t kEventsATurn = 32;
/// How long those who sent many requests at once are served before others have their turn.
constexpr std::chrono::milliseconds kLeftoversATurn{1};

}  // namespace

// A connection takes a few hundred bytes while it waits; ten thousand of them must not take more than they are worth.
static_assert(sizeof(Connection) <= 512);

template <class Work>
void Worker::guarded(Connection& connection, Work work) noexcept {
  if (connection.closed) return;
  try {
    work();
  } catch (const std::exception& error) {
    close(connection);
    faults_.warn("a connection was given up", error.what());
  }
}

Worker::Worker(Limits& limits, RateLimitedLog& faults, std::unique_ptr<RequestHandler> handler)
    : limits_(limits),
      faults_(faults),
      handler_(std::move(handler)),
      body_limit_(handler_->body_limit()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      buffer_(std::make_unique<char[]>(kBufferBytes)) {}

Worker::~Worker() {
  stop();
  // Those who came too late to be taken in.
  for (const Arrival& arrival : arrivals_) {
    if (arrival.admitted) limits_.release(arrival.peer);
  }
}

bool Worker::start() {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (!epoll_ || !wake_event_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_event_.get(), &event) != 0) return false;
  thread_ = std::thread([this] { run(); });
  return true;
}

void Worker::wake() noexcept { ::eventfd_write(wake_event_.get(), 1); }

void Worker::adopt(Arrival& arrival) {
  {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(std::move(arrival));
    ++load_;
  }
  wake();
}

void Worker::finish(std::shared_ptr<Job> job) noexcept {
  {
    const std::lock_guard lock(mutex_);
    job->next_finished = std::move(finished_);
    finished_ = std::move(job);
  }
  wake();
}

void Worker::drain() noexcept {
  draining_ = true;
  wake();
}

void Worker::stop() noexcept {
  stopping_ = true;
  wake();
  if (thread_.joinable()) thread_.join();
}

void Worker::run() {
  while (!stopping_) {
    try {
      turn();
    } catch (const std::exception& error) {
      // Out of memory, most likely: what was to be done is found again in the next turn.
      faults_.warn("a turn of the event loop failed", error.what());
    }
    if (draining_ && connections_.empty()) {
      const std::lock_guard lock(mutex_);
      if (arrivals_.empty()) break;
    }
  }
  while (!connections_.empty()) close(*connections_.back());
  sweep();
  try {
    handler_->flush();
  } catch (const std::exception&) {  // no memory: what the handler has gathered is lost
  }
  ended_ = true;
}

void Worker::turn() {
  const bool busy = !runnable_.empty();
  const auto until = deadlines_.next(now_ + kLongestSleep);
  const auto sleep = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now()).count();
  std::array<epoll_event, kEventsATurn> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 busy ? 0 : static_cast<int>(std::clamp<std::int64_t>(sleep, 0, 1000)));
  now_ = SteadyClock::now();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) {
      read_mailbox();
      continue;
    }
    auto& connection = *static_cast<Connection*>(event.data.ptr);
    guarded(connection, [&] { on_events(connection, event.events); });
  }
  // Those who sent more than a turn's worth at once, after everybody else had theirs.
  for (const auto until_then = now_ + kLeftoversATurn; !runnable_.empty();) {
    Connection& connection = *runnable_.front();
    runnable_.pop_front();
    connection.runnable = false;
    guarded(connection, [&] { serve(connection, {}); });
    if (SteadyClock::now() >= until_then) break;
  }
  expire();
  if (draining_ && !closing_idle_) close_idle();
  if (count == 0) handler_->idle();
  if (now_ - flushed_ >= kFlushInterval) {
    flushed_ = now_;
    handler_->flush();
  }
  sweep();
}

void Worker::read_mailbox() {
  eventfd_t ignored = 0;
  ::eventfd_read(wake_event_.get(), &ignored);
  std::vector<Arrival> arrivals;
  std::shared_ptr<Job> finished;
  {
    const std::lock_guard lock(mutex_);
    arrivals.swap(arrivals_);
    finished.swap(finished_);
  }
  while (finished != nullptr) {
    if (finished->connection != nullptr) guarded(*finished->connection, [&] { on_job_done(*finished); });
    finished = std::exchange(finished->next_finished, nullptr);
  }
  for (Arrival& arrival : arrivals) take_in(std::move(arrival));
}

void Worker::take_in(Arrival arrival) {
  Connection* listed = nullptr;
  const Peer peer = arrival.peer;
  const bool admitted = arrival.admitted;
  try {
    auto owned = std::make_unique<Connection>();
    owned->fd = std::move(arrival.fd);
    owned->tls = std::move(arrival.tls);
    owned->peer = peer;
    owned->admitted = admitted;
    owned->place = connections_.size();
    // So that closing one never asks for memory.
    connections_.reserve(std::max<std::size_t>(16, std::bit_ceil(connections_.size() + 1)));
    closed_.reserve(std::bit_ceil(closed_.size() + connections_.size() + 1));
    epoll_event event{};
    event.data.ptr = owned.get();
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, owned->fd.get(), &event) != 0) {
      throw std::runtime_error("epoll takes no more");
    }
    listed = owned.get();
    connections_.push_back(std::move(owned));
  } catch (const std::exception& error) {
    if (admitted) limits_.release(peer);
    --load_;
    faults_.warn("a connection could not be taken in", error.what());
    return;
  }
  guarded(*listed, [&] {
    if (!admitted) {
      refuse(*listed, error_response(503, "busy", "There are too many connections; come again in a moment."));
      return settle(*listed);
    }
    // A handshake is part of the first head's time; a plain connection may wait before it asks.
    wait_for(*listed, listed->tls == nullptr ? Wait::kIdle : Wait::kHead);
    receive(*listed);  // what was sent with the connection is here already, most of the time
  });
}

void Worker::expire() {
  while (auto* entry = deadlines_.next_due(now_)) {
    auto& connection = static_cast<Connection&>(*entry);
    const Wait wait = connection.wait;
    // In the middle of a handshake there is nobody yet to be told.
    const bool shaken = connection.tls == nullptr || SSL_is_init_finished(connection.tls.get()) == 1;
    if ((wait != Wait::kHead && wait != Wait::kBody) || !shaken) {
      close(connection);
      continue;
    }
    guarded(connection, [&] {
      refuse(connection, error_response(408, "timeout", "The request did not come to an end in time."));
      settle(connection);
    });
  }
}

void Worker::close(Connection& connection) noexcept {
  if (connection.closed) return;
  connection.closed = true;
  deadlines_.drop(connection);
  if (connection.job != nullptr) {
    connection.job->abandoned = true;
    connection.job->connection = nullptr;
    connection.job.reset();
  }
  limits_.recount(connection.counted, 0);
  if (connection.admitted) limits_.release(connection.peer);
  --load_;
  connection.tls.reset();
  connection.fd.reset();
  // Its memory stays until the end of the turn: events that are still to be looked at may name it.
  std::swap(connections_[connection.place], connections_.back());
  connections_[connection.place]->place = connection.place;
  closed_.push_back(std::move(connections_.back()));
  connections_.pop_back();
}

void Worker::sweep() {
  if (closed_.empty()) return;
  std::erase_if(runnable_, [](const Connection* connection) { return connection->closed; });
  closed_.clear();
}

void Worker::close_idle() {
  std::vector<Connection*> idle;
  for (const auto& connection : connections_) {
    if (connection->wait == Wait::kIdle && connection->job == nullptr && !connection->has_unsent()) {
      idle.push_back(connection.get());
    }
  }
  closing_idle_ = true;
  for (Connection* connection : idle) {
    guarded(*connection, [&] { receive(*connection); });  // what is here already is still answered
    if (!connection->closed && connection->wait == Wait::kIdle && connection->in.empty()) close(*connection);
  }
}

}  // namespace tokend
