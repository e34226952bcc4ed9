#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libtoken/result.h"

namespace tokenctl {

/// An http or https URL, taken apart.
struct Url {
  bool https = false;
  std::string host;   ///< a name or an address, in lower case, without the brackets of IPv6
  bool ipv6 = false;  ///< `host` is an IPv6 address
  std::uint16_t port = 0;
  std::string target;  ///< path and query; "" or begins with `/` or `?`
};

enum class Fragment : bool { kRefused, kAllowed };

/// Reads `http[s]://HOST[:PORT][/PATH][?QUERY]` (RFC 3986 §3), strictly: visible ASCII alone, no user, no port 0, and a
/// host that is a DNS name or an address. Error: kInvalidArgument, a sentence without the URL.
[[nodiscard]] libtoken::Result<Url> parse_url(std::string_view text, Fragment fragment = Fragment::kRefused);

/// Same scheme, host and port (RFC 6454 §4).
[[nodiscard]] bool same_origin(const Url& a, const Url& b) noexcept;

/// 127.0.0.0/8, ::1 or the name localhost.
[[nodiscard]] bool is_loopback(const Url& url) noexcept;

/// `HOST[:PORT]` as it stands in the Host header.
[[nodiscard]] std::string authority_of(const Url& url);

}  // namespace tokenctl
