#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tokend {
namespace {

using std::chrono::milliseconds;

/// Chunks have lines around them; somebody who sends more than this of them sends no question.
constexpr std::size_t kMaxChunkedBytes = 2 * kMaxBodyBytes;
constexpr milliseconds kSendPatience{10'000};
constexpr milliseconds kLingerPatience{500};
constexpr std::size_t kLingerBytes = 1024 * 1024;

/// Waits for an event on the descriptor. False on time-out.
bool wait_for(int fd, short events, Connection::Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Connection::Clock::now()).count();
    pollfd one{fd, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::clamp<long long>(left, 0, 60'000)));
    if (ready > 0) return true;
    if (ready == 0 && left <= 60'000) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

using NameCall = int (*)(int, sockaddr*, socklen_t*);
void name_of_end(int fd, NameCall call, std::string& ip, int& port) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (call(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in);
    inet_ntop(AF_INET, &in.sin_addr, text.data(), text.size());
    port = ntohs(in.sin_port);
  } else {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &storage, sizeof in6);
    inet_ntop(AF_INET6, &in6.sin6_addr, text.data(), text.size());
    port = ntohs(in6.sin6_port);
  }
  ip = text.data();
}

}  // namespace

Connection::Connection(int fd, int stop_fd) noexcept : fd_(fd), stop_fd_(stop_fd) {}

Connection::~Connection() { ::close(fd_); }

bool Connection::stopping() const noexcept {
  pollfd one{stop_fd_, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0;
}

bool Connection::wait_for_request(Clock::time_point until) {
  if (!in_.empty()) return true;
  std::array<pollfd, 2> both{{{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
  const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
  const int ready = ::poll(both.data(), both.size(), static_cast<int>(std::clamp<long long>(left, 0, 60'000)));
  return ready > 0 && (both[0].revents & POLLIN) != 0;  // a request that is here is answered, stop or no stop
}

bool Connection::receive() {
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    if (!wait_for(fd_, POLLIN, deadline_)) return false;
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) {
      in_.append(buffer.data(), static_cast<std::size_t>(got));
      return true;
    }
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) return false;
  }
}

tl::expected<std::string, Connection::HeadFault> Connection::read_head_bytes(milliseconds patience) {
  deadline_ = Clock::now() + patience;
  std::size_t looked_at = 0;
  for (;;) {
    if (looked_at == 0) in_.erase(0, std::min(in_.find_first_not_of("\r\n"), in_.size()));
    const std::size_t end = in_.find("\r\n\r\n", looked_at < 3 ? 0 : looked_at - 3);
    if (end != std::string::npos && end + 4 <= kMaxHeadBytes) {
      std::string head = in_.substr(0, end + 4);
      in_.erase(0, end + 4);
      return head;
    }
    if (in_.size() > kMaxHeadBytes) return tl::unexpected(HeadFault::kTooLarge);
    looked_at = in_.size();
    if (!receive())
      return tl::unexpected(Clock::now() >= deadline_ && !in_.empty() ? HeadFault::kTooLate : HeadFault::kGone);
  }
}

void Connection::begin_request(const Head& head) {
  head_ = head.forwarded;
  body_left_ = head.chunked ? kMaxChunkedBytes : head.body_bytes;
}

ssize_t Connection::read(char* to, std::size_t size) {
  if (!head_.empty()) {
    const std::size_t part = std::min(size, head_.size());
    std::copy_n(head_.data(), part, to);
    head_.erase(0, part);
    return static_cast<ssize_t>(part);
  }
  if (body_left_ == 0) return 0;
  if (!out_.empty() && !flush()) return -1;  // "100 Continue" must be there before the client goes on
  if (in_.empty() && !receive()) return -1;
  const std::size_t part = std::min({size, in_.size(), body_left_});
  std::copy_n(in_.data(), part, to);
  in_.erase(0, part);
  body_left_ -= part;
  return static_cast<ssize_t>(part);
}

bool Connection::discard_rest() {
  std::array<char, 4096> nowhere;
  while (body_left_ != 0) {
    if (read(nowhere.data(), nowhere.size()) <= 0) return false;
  }
  return true;
}

ssize_t Connection::write(const char* from, std::size_t size) {
  out_.append(from, size);
  return static_cast<ssize_t>(size);
}

bool Connection::flush() {
  const auto until = Clock::now() + kSendPatience;
  std::size_t sent = 0;
  while (sent < out_.size()) {
    const ssize_t part = ::send(fd_, out_.data() + sent, out_.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (part > 0) {
      sent += static_cast<std::size_t>(part);
    } else if (part < 0 && (errno == EAGAIN || errno == EINTR)) {
      if (!wait_for(fd_, POLLOUT, until)) break;
    } else {
      break;
    }
  }
  const bool all = sent == out_.size();
  out_.clear();
  return all;
}

void Connection::linger() {
  ::shutdown(fd_, SHUT_WR);
  deadline_ = Clock::now() + kLingerPatience;
  std::size_t dropped = 0;
  for (in_.clear(); dropped < kLingerBytes && receive(); in_.clear()) dropped += in_.size();
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const { name_of_end(fd_, getpeername, ip, port); }

void Connection::get_local_ip_and_port(std::string& ip, int& port) const { name_of_end(fd_, getsockname, ip, port); }

}  // namespace tokend
