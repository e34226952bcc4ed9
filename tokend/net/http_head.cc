#include "net/http_head.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tokend {
namespace {

using Refusal = std::optional<Response>;

Response bad(const char* why) { return error_response(400, "bad_request", why); }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_letter_or_digit(char c) noexcept { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); }

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || std::string_view("-!#$%&'*+.^_`|~").find(c) != std::string_view::npos;
  });
}

/// A host and perhaps a port, without a user (RFC 3986 §3.2); it may be empty.
bool is_authority(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
  });
}

/// RFC 9112 §2.3.
bool is_version(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 8 && text.substr(0, 5) == "HTTP/" && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
}

/// Whether a comma-separated list names the option.
bool names_option(std::string_view list, std::string_view option) noexcept {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (equals_ignoring_case(trimmed(list.substr(0, comma)), option)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

/// Reads a head line by line.
class HeadReader {
 public:
  Refusal request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad("The request line must have three parts.");
    head_.method = line.substr(0, first);
    head_.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(head_.method) || head_.target.find_first_of(" \t") != std::string_view::npos || !take_path()) {
      return bad("The request line is not well formed.");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
      if (!is_version(version)) return bad("The request line does not end in a version of HTTP.");
      return error_response(505, "http_version", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    }
    is_1_0_ = version == "HTTP/1.0";
    head_.keep_alive = !is_1_0_;
    return std::nullopt;
  }

  Refusal field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return bad("A header line is not well formed.");
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    switch (name.size()) {
      case 4:
        if (equals_ignoring_case(name, "host")) return host(value);
        break;
      case 6:
        if (equals_ignoring_case(name, "expect")) return expect(value);
        break;
      case 10:
        if (equals_ignoring_case(name, "connection") && names_option(value, "close")) head_.keep_alive = false;
        break;
      case 13:
        if (equals_ignoring_case(name, "authorization")) return authorization(value);
        break;
      case 14:
        if (equals_ignoring_case(name, "content-length")) return content_length(value);
        break;
      case 16:
        if (equals_ignoring_case(name, "content-encoding")) {
          return error_response(415, "content_encoding", "A body with a Content-Encoding is not read.");
        }
        break;
      case 17:
        if (equals_ignoring_case(name, "transfer-encoding")) return transfer_encoding(value);
        break;
      default: break;
    }
    return std::nullopt;
  }

  tl::expected<Head, Response> finish(BodyLimit body_limit) {
    if (head_.is_chunked && length_) {
      return tl::unexpected(bad("A body must not have both a Content-Length and a Transfer-Encoding."));
    }
    if (head_.is_chunked && is_1_0_) return tl::unexpected(bad("HTTP/1.0 has no Transfer-Encoding."));
    if (!has_host_ && !is_1_0_) return tl::unexpected(bad("An HTTP/1.1 request must have a Host."));
    head_.most_body_bytes = body_limit(head_.method, head_.target);
    if (length_.value_or(0) > head_.most_body_bytes)
      return tl::unexpected(body_too_large_response(head_.most_body_bytes));
    head_.body_bytes = static_cast<std::size_t>(length_.value_or(0));
    return std::move(head_);
  }

 private:
  /// Leaves the path and the query of the target. False: it has none of the forms of RFC 9112 §3.2. That of CONNECT has
  /// no path; it stays whole, and no route has it.
  bool take_path() {
    std::string_view& target = head_.target;
    if (target.empty()) return false;
    if (target.front() == '/' || target == "*" || head_.method == "CONNECT") return true;
    const std::size_t colon = target.find("://");
    if (colon == std::string_view::npos) return false;
    const std::string_view scheme = target.substr(0, colon);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return false;
    const std::string_view rest = target.substr(colon + 3);
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    if (end == 0 || !is_authority(rest.substr(0, end))) return false;
    target = rest.substr(end);
    if (target.empty()) target = "/";
    return target.front() == '/';
  }

  /// The daemon does not use it, but a proxy before it may have (RFC 9112 §3.2).
  Refusal host(std::string_view value) {
    if (std::exchange(has_host_, true)) return bad("There are two Host fields.");
    if (!is_authority(value)) return bad("Host is not a name or an address.");
    return std::nullopt;
  }

  Refusal transfer_encoding(std::string_view value) {
    if (head_.is_chunked) return bad("There are two Transfer-Encoding fields.");
    if (!equals_ignoring_case(value, "chunked")) {
      return error_response(501, "transfer_encoding", "chunked is the only Transfer-Encoding that is read.");
    }
    head_.is_chunked = true;
    return std::nullopt;
  }

  Refusal expect(std::string_view value) {
    if (!equals_ignoring_case(value, "100-continue")) {
      return error_response(417, "expectation", "100-continue is the only expectation that can be met.");
    }
    head_.expects_continue = !is_1_0_;
    return std::nullopt;
  }

  Refusal content_length(std::string_view value) {
    if (length_) return bad("There are two Content-Length fields.");
    const bool digits =
        !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return bad("Content-Length is not a number.");
    std::uint64_t length = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), length);
    length_ = parsed.ec == std::errc{} ? length : ~std::uint64_t{0};  // more than any limit
    return std::nullopt;
  }

  Refusal authorization(std::string_view value) {
    if (head_.authorization) return bad("There are two Authorization fields.");
    // No token holds a percent sign, and a client that sends one expects somebody to decode it.
    if (value.find('%') != std::string_view::npos) {
      return bad("The Authorization header holds a percent sign, which no token has.");
    }
    head_.authorization = value;
    return std::nullopt;
  }

  Head head_;
  std::optional<std::uint64_t> length_;
  bool is_1_0_ = false;
  bool has_host_ = false;
};

}  // namespace

tl::expected<Head, Response> read_head(std::string_view head, BodyLimit body_limit) {
  HeadReader reader;
  for (bool first = true;; first = false) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return tl::unexpected(bad("The head does not end."));
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty() && !first) return reader.finish(body_limit);
    if (auto refusal = first ? reader.request_line(line) : reader.field(line)) {
      return tl::unexpected(std::move(*refusal));
    }
  }
}

}  // namespace tokend
