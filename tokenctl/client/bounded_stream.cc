#include "client/bounded_stream.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tokenctl {
namespace {

constexpr std::size_t kMostLineBytes = 8192;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 20;  // SSL_write counts in int

}  // namespace

bool BoundedStream::fill() {
  if (bytes_left_ == 0) {
    too_much_ = true;
    return false;
  }
  ssize_t got = 0;
  do {
    got = ssl_ != nullptr ? SSL_read(ssl_, buffer_.data(), static_cast<int>(buffer_.size()))
                          : ::recv(socket_, buffer_.data(), buffer_.size(), 0);
  } while (ssl_ == nullptr && got < 0 && errno == EINTR);
  if (got <= 0) return false;
  begin_ = 0;
  end_ = static_cast<std::size_t>(got);
  bytes_left_ -= std::min<std::uint64_t>(bytes_left_, end_);
  return true;
}

ssize_t BoundedStream::read(char* to, std::size_t size) {
  if (begin_ == end_ && !fill()) return too_much_ ? -1 : 0;
  const std::size_t count = std::min(size, end_ - begin_);
  std::memcpy(to, buffer_.data() + begin_, count);
  begin_ += count;
  // Lines are read byte by byte, and nothing else is.
  line_bytes_ = size == 1 && *to != '\n' ? line_bytes_ + 1 : 0;
  if (line_bytes_ > kMostLineBytes) {
    too_much_ = true;
    return -1;
  }
  return static_cast<ssize_t>(count);
}

ssize_t BoundedStream::write(const char* from, std::size_t size) {
  size = std::min(size, kMostAtOnce);
  if (ssl_ != nullptr) return SSL_write(ssl_, from, static_cast<int>(size));
  ssize_t sent = 0;
  do {
    sent = ::send(socket_, from, size, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

}  // namespace tokenctl
