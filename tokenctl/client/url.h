#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libtoken/result.h"

namespace tokenctl {

/// An http or https URL, taken apart.
struct Url {
  bool https = false;
  std::string host;   ///< a DNS name or an address, in lower case, without the brackets of IPv6
  bool ipv6 = false;  ///< `host` is an IPv6 address
  std::uint16_t port = 0;
  std::string target;  ///< path and query; empty, or begins with `/` or `?`
};

enum class Fragment : bool { kRefused, kAllowed };

/// Reads `http[s]://HOST[:PORT][/PATH][?QUERY]` (RFC 3986 §3): at most 4096 bytes, no user, no port 0, and no character
/// that would have to be percent-encoded. A host whose last label begins with a digit must be a dotted IPv4 address,
/// because resolvers read 127.1 and 2130706433 as 127.0.0.1. An allowed fragment is dropped.
/// Error: kInvalidArgument, with a sentence that does not quote the URL.
[[nodiscard]] libtoken::Result<Url> parse_url(std::string_view text, Fragment fragment = Fragment::kRefused);

/// Same scheme, host and port (RFC 6454 §4).
[[nodiscard]] bool same_origin(const Url& a, const Url& b) noexcept;

/// 127.0.0.0/8, ::1 or the name localhost.
[[nodiscard]] bool is_loopback(const Url& url) noexcept;

/// `https://HOST[:PORT]`, without the scheme's default port.
[[nodiscard]] std::string origin_of(const Url& url);

/// A text as it stands in a query: everything but RFC 3986's unreserved characters percent-encoded.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// The whole URL.
[[nodiscard]] std::string to_string(const Url& url);

}  // namespace tokenctl
