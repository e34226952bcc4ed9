#pragma once

#include <httplib.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace tokenctl {

/// A connection to a stranger, as httplib reads from one. The library takes lines of any length and as many of them as
/// there are, and its pattern for the first one overflows the stack on a long one. This one ends instead.
class BoundedStream final : public httplib::Stream {
 public:
  /// `ssl` may be null; socket and `ssl` are borrowed. Whoever owns them sees to it that reading and writing end.
  BoundedStream(socket_t socket, SSL* ssl, std::uint64_t most_bytes) noexcept
      : socket_(socket), ssl_(ssl), bytes_left_(most_bytes) {}

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  [[nodiscard]] socket_t socket() const override { return socket_; }

  /// It ended because the other side sent more than is allowed.
  [[nodiscard]] bool was_too_much() const noexcept { return too_much_; }

 private:
  bool fill();

  const socket_t socket_;
  SSL* const ssl_;
  std::uint64_t bytes_left_;
  std::size_t line_bytes_ = 0;
  bool too_much_ = false;
  std::array<char, 4096> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace tokenctl
