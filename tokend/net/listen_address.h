#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "libtoken/result.h"

namespace tokend {

/// `HOST:PORT` as somebody wrote it; the host of `[::1]:0` without its brackets.
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

/// One place to listen at: a TCP address, with what it resolves to, or the path of a unix socket.
struct ListenTarget {
  std::vector<SocketAddress> addresses;
  std::string unix_path;
};

/// `HOST:PORT` or `[IPV6]:PORT`; the host is never left out, for "every address" is nothing to get by accident.
/// Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<ListenAddress> parse_listen_address(std::string_view text);

/// What the host stands for, IPv4 first; at least one. Error: kInvalidArgument (it does not resolve).
[[nodiscard]] libtoken::Result<std::vector<SocketAddress>> resolve(const ListenAddress& address);

/// `HOST:PORT` or `unix:/run/tokend.sock`, resolved. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<ListenTarget> parse_listen_target(std::string_view text);

/// 127.0.0.0/8, ::1, or the first of them written as an IPv6 address.
[[nodiscard]] bool is_loopback(const SocketAddress& address) noexcept;

/// `127.0.0.1:8080`, `[::1]:8080`.
[[nodiscard]] std::string to_string(const SocketAddress& address);

}  // namespace tokend
