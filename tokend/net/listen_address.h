#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "libtoken/result.h"

namespace tokend {

/// The parts of `HOST:PORT`; the host of `[::1]:0` is without its brackets.
struct ListenAddress {
  std::string host;
  std::string port;
};

/// One address to bind to.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// One place to listen at: a TCP address, resolved, or the path of a unix socket.
struct ListenTarget {
  std::vector<SocketAddress> addresses;
  std::string unix_path;
};

/// Reads `HOST:PORT` or `[IPV6]:PORT`. The host must not be left out, so that nobody listens on every address by
/// accident. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<ListenAddress> parse_listen_address(std::string_view text);

/// The addresses of the host, IPv4 first; at least one. Error: kInvalidArgument (it does not resolve).
[[nodiscard]] libtoken::Result<std::vector<SocketAddress>> resolve(const ListenAddress& address);

/// Reads `HOST:PORT` or `unix:/run/tokend.sock`, and resolves it. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<ListenTarget> parse_listen_target(std::string_view text);

/// 127.0.0.0/8 (also written as an IPv6 address) or ::1.
[[nodiscard]] bool is_loopback(const SocketAddress& address) noexcept;

/// `127.0.0.1:8080`, `[::1]:8080`.
[[nodiscard]] std::string to_string(const SocketAddress& address);

}  // namespace tokend
