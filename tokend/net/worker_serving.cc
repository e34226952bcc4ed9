#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/worker.h"

namespace tokend {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
/// So many requests of one connection are answered before the others have their turn.
constexpr std::size_t kRequestsATurn = 8;
constexpr std::size_t kSpareBytes = 256 * 1024;
constexpr std::size_t kMostLingered = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kReplyPatience{10'000};
constexpr std::chrono::milliseconds kLingerPatience{1'000};

std::size_t memory_of(const std::string& text) noexcept { return text.capacity() < 16 ? 0 : text.capacity(); }

}  // namespace

void Worker::wait_for(Connection& connection, Wait wait) {
  std::chrono::milliseconds patience{};
  switch (wait) {
    case Wait::kIdle: patience = limits_.idle(); break;
    case Wait::kHead: patience = limits_.head(); break;
    case Wait::kBody: patience = limits_.body(); break;
    case Wait::kReply: patience = kReplyPatience; break;
    case Wait::kLinger: patience = kLingerPatience; break;
  }
  deadlines_.set(connection, wait, now_ + patience);
}

void Worker::watch(Connection& connection, std::uint32_t events) {
  if (connection.watched == events) return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = &connection;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.fd.get(), &event) == 0) connection.watched = events;
}

void Worker::recount(Connection& connection) {
  const std::size_t memory = memory_of(connection.in) + memory_of(connection.out) +
                             (connection.job == nullptr ? 0 : connection.job->size_in_memory());
  limits_.recount(connection.counted, memory);
  connection.counted = memory;
}

void Worker::on_events(Connection& connection, std::uint32_t events) {
  if ((events & EPOLLERR) != 0) return close(connection);
  if ((events & (EPOLLOUT | EPOLLHUP)) != 0 && connection.has_unsent()) return serve(connection, {});
  if ((events & EPOLLHUP) != 0 && connection.watched == 0) return close(connection);  // the client is gone
  if (connection.phase == Connection::Phase::kLingering) return linger(connection);
  receive(connection);
}

void Worker::receive(Connection& connection) {
  if (connection.ended || connection.job != nullptr || connection.has_unsent() || connection.runnable) return;
  std::size_t got = 0;
  do {
    switch (connection.receive(buffer_.get(), kBufferBytes, got)) {
      case Connection::Io::kDone: serve(connection, {buffer_.get(), got}); break;
      case Connection::Io::kEnded:
        connection.ended = true;
        return close(connection);  // all whole requests have been answered
      case Connection::Io::kFailed: return close(connection);
      case Connection::Io::kBlocked: return settle(connection);
    }
    // epoll does not know of bytes that TLS has already decrypted.
  } while (!connection.closed && connection.tls != nullptr && SSL_pending(connection.tls.get()) > 0 &&
           connection.phase == Connection::Phase::kServing && !connection.has_unsent() && connection.job == nullptr);
}

void Worker::serve(Connection& connection, std::string_view fresh) {
  // A connection borrows the worker's memory while it is served, and keeps none afterwards if it can.
  if (connection.out.empty()) connection.out.swap(spare_);
  if (connection.has_unsent() && connection.send_some() == Connection::Io::kFailed) return close(connection);
  if (!connection.in.empty() && !fresh.empty()) {
    connection.in.append(fresh);
    fresh = {};
  }
  const bool from_kept = fresh.empty();
  const std::string_view bytes = from_kept ? std::string_view(connection.in) : fresh;
  std::size_t used = 0;
  if (!connection.has_unsent() && connection.phase == Connection::Phase::kServing) {
    used = answer_whole_requests(connection, bytes);
  }
  if (connection.closed) return;
  if (from_kept) {
    connection.in.erase(0, used);
  } else {
    connection.in.assign(bytes.substr(used));
  }
  if (connection.in.empty()) std::string().swap(connection.in);
  settle(connection);
}

std::size_t Worker::answer_whole_requests(Connection& connection, std::string_view bytes) {
  std::size_t used = 0;
  for (std::size_t count = 0;; ++count) {
    if (count == kRequestsATurn && used < bytes.size()) {
      wait_for(connection, Wait::kIdle);
      if (!connection.runnable) runnable_.push_back(&connection);
      connection.runnable = true;
      break;
    }
    const Framer::Look look = connection.framer.look(bytes.substr(used), body_limit_);
    if (look.state == Framer::State::kWhole) {
      used += look.size;
      connection.told_to_continue = false;
      if (answer(connection, look, used < bytes.size())) continue;
      break;
    }
    if (look.state == Framer::State::kRefused) {
      refuse(connection, look.refusal);
      return bytes.size();
    }
    await_rest(connection, look, count != 0);
    break;
  }
  return used;
}

/// A part of a request has arrived, or nothing. `anew`: not the request that the deadline was set for.
void Worker::await_rest(Connection& connection, const Framer::Look& look, bool anew) {
  switch (look.state) {
    case Framer::State::kHead:
      if (anew || connection.wait != Wait::kHead) wait_for(connection, Wait::kHead);
      break;
    case Framer::State::kBody:
      if (anew || connection.wait != Wait::kBody) wait_for(connection, Wait::kBody);
      if (look.head.expects_continue && !connection.told_to_continue) {
        connection.told_to_continue = true;
        connection.out += "HTTP/1.1 100 Continue\r\n\r\n";
      }
      break;
    case Framer::State::kNothing: {
      // The first head over TLS has the time that the handshake has left.
      const bool first_over_tls = !anew && connection.tls != nullptr && connection.wait == Wait::kHead;
      if (anew || (connection.wait != Wait::kIdle && !first_over_tls)) wait_for(connection, Wait::kIdle);
      break;
    }
    case Framer::State::kWhole:
    case Framer::State::kRefused: break;
  }
}

void Worker::refuse(Connection& connection, const Response& response) {
  append_response(response, {}, true, connection.out);
  connection.phase = Connection::Phase::kClosing;
  connection.lingered = 1;  // what the client still sends is thrown away
  std::string().swap(connection.in);
}

/// Sends what there is to send, and sets what the connection waits for next.
void Worker::settle(Connection& connection) {
  if (connection.closed) return;
  if (connection.has_unsent() && connection.send_some() == Connection::Io::kFailed) return close(connection);
  if (!connection.has_unsent() && memory_of(connection.out) != 0) {
    // The memory goes back to the worker, unless it has grown too large to be kept.
    connection.out.swap(spare_);
    std::string().swap(connection.out);
    if (spare_.capacity() > kSpareBytes) std::string().swap(spare_);
  }
  recount(connection);
  if (connection.phase == Connection::Phase::kServing && limits_.is_full() && !connection.in.empty() &&
      connection.job == nullptr) {
    refuse(connection, busy_response());
    faults_.warn("a request was refused: --max-buffered is reached");
    return settle(connection);
  }
  if (connection.has_unsent() && limits_.is_full()) {
    faults_.warn("a client that does not take its answers was cut off: --max-buffered is reached");
    return close(connection);
  }
  if (connection.has_unsent()) {
    // A response that waits for a slow client is kept in no more memory than it needs.
    if (connection.out.capacity() > 2 * (connection.out.size() - connection.sent) + 1024) {
      std::string rest(connection.out, connection.sent);
      connection.out.swap(rest);
      connection.sent = 0;
      if (spare_.capacity() < rest.capacity() && rest.capacity() <= kSpareBytes) spare_.swap(rest);
      spare_.clear();
      recount(connection);
    }
    if (connection.wait != Wait::kReply) wait_for(connection, Wait::kReply);
    return watch(connection, EPOLLOUT);
  }
  if (connection.phase == Connection::Phase::kClosing) {
    if (connection.lingered == 0 && connection.in.empty()) return close(connection);
    connection.end_sending();
    connection.phase = Connection::Phase::kLingering;
    wait_for(connection, Wait::kLinger);
    std::string().swap(connection.in);
    watch(connection, EPOLLIN);
    return linger(connection);
  }
  if (connection.job != nullptr) {
    deadlines_.drop(connection);
    return watch(connection, 0);
  }
  if (connection.runnable) return watch(connection, 0);
  if (closing_idle_ && connection.wait == Wait::kIdle && connection.in.empty()) return close(connection);
  watch(connection, connection.tls_wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Worker::linger(Connection& connection) {
  while (connection.lingered < kMostLingered) {
    // Directly from the socket, without TLS: the bytes are not used.
    const ssize_t received = ::recv(connection.fd.get(), buffer_.get(), kBufferBytes, MSG_DONTWAIT);
    if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (received <= 0) break;
    connection.lingered += static_cast<std::size_t>(received);
  }
  close(connection);
}

}  // namespace tokend
