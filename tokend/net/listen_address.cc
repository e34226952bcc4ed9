#include "net/listen_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

#include "libtoken/text.h"

namespace tokend {

using libtoken::ErrorKind;
using libtoken::fail;
using libtoken::Result;

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::kInvalidArgument,
                "\"" + libtoken::escape_untrusted(text, 100) + "\" is no address to listen on: " + why);
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse("write HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return refuse("write an IPv6 address in brackets, as in [::1]:8080");
  }
  if (host.empty()) return refuse("the host is missing; write 0.0.0.0 for every IPv4 address");
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size() || number > 65535) {
    return refuse("the port must be a number from 0 to 65535; 0 takes a free port");
  }
  return ListenAddress{std::string(host), std::to_string(number)};
}

Result<std::vector<SocketAddress>> resolve(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
  if (code != 0) {
    return fail(ErrorKind::kInvalidArgument, "the host \"" + libtoken::escape_untrusted(address.host, 100) +
                                                 "\" does not resolve: " + gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    SocketAddress& next = addresses.emplace_back();
    std::memcpy(&next.storage, one->ai_addr, one->ai_addrlen);
    next.size = one->ai_addrlen;
  }
  if (addresses.empty()) return fail(ErrorKind::kInvalidArgument, "the host has no IPv4 or IPv6 address");
  std::stable_partition(addresses.begin(), addresses.end(),
                        [](const SocketAddress& one) { return one.storage.ss_family == AF_INET; });
  return addresses;
}

Result<ListenTarget> parse_listen_target(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  ListenTarget target;
  if (text.substr(0, kUnix.size()) == kUnix) {
    target.unix_path = text.substr(kUnix.size());
    if (target.unix_path.empty() || target.unix_path.find('\0') != std::string::npos) {
      return fail(ErrorKind::kInvalidArgument, "write a unix socket as unix:/run/tokend.sock");
    }
    return target;
  }
  const auto address = parse_listen_address(text);
  if (!address) return tl::unexpected(address.error());
  auto addresses = resolve(*address);
  if (!addresses) return tl::unexpected(addresses.error());
  target.addresses = std::move(*addresses);
  return target;
}

bool is_loopback(const SocketAddress& address) noexcept {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.storage, sizeof in);
    return (ntohl(in.sin_addr.s_addr) >> 24) == 127;
  }
  sockaddr_in6 in6{};
  std::memcpy(&in6, &address.storage, sizeof in6);
  if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) return in6.sin6_addr.s6_addr[12] == 127;
  return address.storage.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

std::string to_string(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "?";
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.storage, sizeof in);
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(in.sin_port));
  }
  sockaddr_in6 in6{};
  std::memcpy(&in6, &address.storage, sizeof in6);
  inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
  return "[" + std::string(text) + "]:" + std::to_string(ntohs(in6.sin6_port));
}

}  // namespace tokend
