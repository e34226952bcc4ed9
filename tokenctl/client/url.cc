#include "client/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace tokenctl {
namespace {

using libtoken::ErrorKind;

// Of a path or query: RFC 3986 §3.3, §3.4.
constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:@/?";
constexpr std::size_t kMostUrlBytes = 4096;
constexpr std::size_t kMostHostBytes = 253;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

tl::unexpected<libtoken::Error> no_url(const char* why) { return libtoken::fail(ErrorKind::kInvalidArgument, why); }

bool take(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != prefix[i]) return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

bool is_name(const std::string& host) {
  if (host.empty() || host.size() > kMostHostBytes) return false;
  const auto fits = [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '.'; };
  if (!std::all_of(host.begin(), host.end(), fits)) return false;
  if (host.front() == '.' || host.front() == '-' || host.back() == '.' || host.find("..") != std::string::npos)
    return false;
  // What ends in a number is an address, and resolvers know more ways to write one than there should be.
  const std::string last = host.substr(host.rfind('.') + 1);
  if (!is_digit(last.front())) return true;
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

libtoken::Result<Url> parse_url(std::string_view text, Fragment fragment) {
  if (text.size() > kMostUrlBytes) return no_url("it is longer than 4096 bytes");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
    return no_url("it has characters that no URL has");
  Url url;
  url.https = take(text, "https://");
  if (!url.https && !take(text, "http://")) return no_url("it does not begin with https://");

  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  text.remove_prefix(authority.size());
  if (authority.find('@') != std::string_view::npos) return no_url("it has a user in it");
  std::size_t colon = authority.find(':');
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return no_url("its host is no name and no address");
    url.ipv6 = true;
    url.host = authority.substr(1, bracket - 1);
    colon = bracket + 1 == authority.size() ? std::string_view::npos : bracket + 1;
    if (colon != std::string_view::npos && authority[colon] != ':') return no_url("its host is no name and no address");
  } else {
    url.host = authority.substr(0, colon);
  }
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
  if (!(url.ipv6 ? is_ipv6(url.host) : is_name(url.host))) return no_url("its host is no name and no address");

  url.port = url.https ? 443 : 80;
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const char* end = port.data() + port.size();
    const auto read = std::from_chars(port.data(), end, url.port);
    if (port.empty() || read.ec != std::errc{} || read.ptr != end || url.port == 0) return no_url("its port is none");
  }

  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos && fragment == Fragment::kRefused) return no_url("it has a fragment");
  if (!std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || is_letter(c) || c == '#' || kMarks.find(c) != std::string_view::npos;
      })) {
    return no_url("it has characters that no URL has");
  }
  url.target = text.substr(0, hash);
  return url;
}

bool same_origin(const Url& a, const Url& b) noexcept {
  return a.https == b.https && a.host == b.host && a.ipv6 == b.ipv6 && a.port == b.port;
}

bool is_loopback(const Url& url) noexcept {
  if (url.ipv6) {
    in6_addr address{};
    return ::inet_pton(AF_INET6, url.host.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
  }
  if (url.host == "localhost") return true;
  in_addr address{};
  return ::inet_pton(AF_INET, url.host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

std::string authority_of(const Url& url) {
  const std::string host = url.ipv6 ? "[" + url.host + "]" : url.host;
  return url.port == (url.https ? 443 : 80) ? host : host + ":" + std::to_string(url.port);
}

}  // namespace tokenctl
