#include "client/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <new>

// libcurl's URL API does not do here: it reads 127.1, 2130706433 and 0x7f.1 as 127.0.0.1, `%61` in a host as `a`, one
// slash or three as two, and takes port 0, an empty port and characters that are not allowed in a path.
namespace tokenctl {
namespace {

using libtoken::ErrorKind;
using libtoken::Result;

constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:@/?";  // in a path or query, RFC 3986 §3.3 and §3.4
constexpr const char* kBadCharacters = "it has characters that are not allowed in a URL";
constexpr std::size_t kMaxUrlBytes = 4096;
constexpr std::size_t kMaxHostBytes = 253;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

tl::unexpected<libtoken::Error> refuse(const char* why) { return libtoken::fail(ErrorKind::kInvalidArgument, why); }

/// Takes `prefix`, which is in lower case, off the front in whatever case it is there.
bool take(std::string_view& text, std::string_view prefix) {
  const auto same = [](char expected, char c) { return expected == lower(c); };
  if (text.size() < prefix.size() || !std::equal(prefix.begin(), prefix.end(), text.begin(), same)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_name_or_ipv4(const std::string& host) {
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  const auto fits = [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '.'; };
  if (!std::all_of(host.begin(), host.end(), fits)) return false;
  if (host.front() == '.' || host.front() == '-' || host.back() == '.' || host.find("..") != std::string::npos)
    return false;
  return !is_digit(host[host.rfind('.') + 1]) || is_ipv4(host);
}

/// Reads `HOST[:PORT]` into `url`, whose scheme is known.
Result<void> read_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) return refuse("it has a user in it");
  url.ipv6 = text.starts_with('[');
  const std::size_t host_end = url.ipv6 ? text.find(']') : std::min(text.find(':'), text.size());
  if (host_end == std::string_view::npos) return refuse("its host is neither a DNS name nor an IP address");
  url.host = text.substr(0, host_end);
  text.remove_prefix(host_end);
  if (url.ipv6) {
    url.host.erase(0, 1);
    text.remove_prefix(1);
  }
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
  if (!(url.ipv6 ? is_ipv6(url.host) : is_name_or_ipv4(url.host)) || (!text.empty() && text.front() != ':'))
    return refuse("its host is neither a DNS name nor an IP address");

  url.port = url.https ? 443 : 80;
  if (text.empty()) return {};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, end, url.port);
  if (read.ec != std::errc{} || read.ptr != end || url.port == 0)
    return refuse("its port is not a number from 1 to 65535");
  return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text, Fragment fragment) {
  if (text.size() > kMaxUrlBytes) return refuse("it is longer than 4096 bytes");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
    return refuse(kBadCharacters);
  Url url;
  url.https = take(text, "https://");
  if (!url.https && !take(text, "http://")) return refuse("it begins with neither https:// nor http://");

  const std::size_t authority_end = std::min(text.find_first_of("/?#"), text.size());
  if (auto read = read_authority(text.substr(0, authority_end), url); !read) return tl::unexpected(read.error());
  text.remove_prefix(authority_end);

  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos && fragment == Fragment::kRefused) return refuse("it has a fragment");
  const auto fits = [](char c) {
    return is_digit(c) || is_letter(c) || c == '#' || kMarks.find(c) != std::string_view::npos;
  };
  if (!std::all_of(text.begin(), text.end(), fits)) return refuse(kBadCharacters);
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

std::string origin_of(const Url& url) {
  std::string origin = url.https ? "https://" : "http://";
  origin += url.ipv6 ? "[" + url.host + "]" : url.host;
  if (url.port != (url.https ? 443 : 80)) origin += ":" + std::to_string(url.port);
  return origin;
}

std::string percent_encoded(std::string_view text) {
  if (text.empty()) return {};  // of length 0, libcurl would count itself
  const std::unique_ptr<char, void (*)(void*)> encoded(
      curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), &curl_free);
  if (encoded == nullptr) throw std::bad_alloc();
  return encoded.get();
}

std::string to_string(const Url& url) { return origin_of(url) + url.target; }

}  // namespace tokenctl
