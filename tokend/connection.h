#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "http_head.h"

namespace tokend {

/// One client's socket, blocking, with a deadline over each request. It hands the HTTP library exactly one request at a
/// time: the head that read_head() has let through and no byte more of the body than was announced, so that what
/// follows is never taken for something else.
class Connection final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes the socket over. `stop_fd` becomes readable when the server stops.
  Connection(int fd, int stop_fd) noexcept;
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Waits for the first byte of a request. False: the client has gone, or none came until then, or the server stops.
  [[nodiscard]] bool wait_for_request(Clock::time_point until);
  /// The server has been told to stop.
  [[nodiscard]] bool stopping() const noexcept;

  enum class HeadFault : std::uint8_t { kGone, kTooLate, kTooLarge };
  /// The bytes up to and with the blank line. White lines before a request are dropped (RFC 9112 §2.2).
  [[nodiscard]] tl::expected<std::string, HeadFault> read_head_bytes(std::chrono::milliseconds patience);

  /// From here on read() gives `head.forwarded` and then the body.
  void begin_request(const Head& head);
  /// Reads what the library left of the body. False: it did not come.
  [[nodiscard]] bool discard_rest();
  /// Sends what was written. False: the client does not take it.
  [[nodiscard]] bool flush();
  /// The client has sent, or may still send, what was not read.
  [[nodiscard]] bool has_unread() const noexcept { return body_left_ != 0 || !in_.empty(); }
  /// Says that no more will come and gives the client a moment to read the answer: closing on unread bytes would reset
  /// the connection, and the answer with it.
  void linger();

  // httplib::Stream
  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return fd_; }

 private:
  /// More bytes into in_. False: the client has gone, or the deadline has passed.
  [[nodiscard]] bool receive();

  const int fd_;
  const int stop_fd_;
  Clock::time_point deadline_;
  std::string in_;    ///< received and not yet given out
  std::string head_;  ///< to be given out first
  std::size_t body_left_ = 0;
  std::string out_;  ///< written and not yet sent
};

}  // namespace tokend
