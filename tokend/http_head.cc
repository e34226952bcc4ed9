#include "http_head.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tokend {
namespace {

using Refusal = std::optional<Response>;

Response bad(const char* why) { return error_response(400, "bad_request", why); }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has_bad_byte(std::string_view line) noexcept {
  return std::any_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
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

/// The head's fields, as they turn up.
class HeadReader {
 public:
  Refusal request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad("The request line has no three parts.");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || target.empty() || target.find_first_of(" \t") != std::string_view::npos) {
      return bad("The request line is not well formed.");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
      return error_response(505, "http_version", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    }
    head_.keep_alive = version == "HTTP/1.1";
    return forward(line);
  }

  Refusal field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return bad("A header line is not well formed.");
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equals_ignoring_case(name, "content-length")) return content_length(value);
    if (equals_ignoring_case(name, "transfer-encoding")) return transfer_encoding(value);
    if (equals_ignoring_case(name, "content-encoding")) return content_encoding(value);
    if (equals_ignoring_case(name, "authorization")) return authorization(value);
    if (equals_ignoring_case(name, "connection") && names_option(value, "close")) head_.keep_alive = false;
    if (equals_ignoring_case(name, "expect") && equals_ignoring_case(value, "100-continue")) expects_continue_ = true;
    return std::nullopt;
  }

  tl::expected<Head, Response> finish() {
    if (head_.chunked && length_) return tl::unexpected(bad("A body has a Content-Length or is chunked, not both."));
    // Chunks are the library's to read, and it is lenient about them: after such a body no further request is taken.
    if (head_.chunked) {
      head_.keep_alive = false;
      forward("Transfer-Encoding: chunked");
    } else {
      head_.body_bytes = length_.value_or(0);
      forward("Content-Length: " + std::to_string(head_.body_bytes));
    }
    if (expects_continue_ && (head_.chunked || head_.body_bytes != 0)) forward("Expect: 100-continue");
    forward("");
    return std::move(head_);
  }

 private:
  Refusal forward(std::string_view line) {
    head_.forwarded.append(line).append("\r\n");
    return std::nullopt;
  }

  Refusal content_length(std::string_view value) {
    if (length_) return bad("Content-Length is there twice.");
    std::size_t length = 0;
    const bool digits =
        !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return bad("Content-Length is not a number.");
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), length);
    if (parsed.ec != std::errc{} || length > kMaxBodyBytes) {
      return error_response(413, "too_large", "A request's body may have 65536 bytes.");
    }
    length_ = length;
    return std::nullopt;
  }

  Refusal transfer_encoding(std::string_view value) {
    if (head_.chunked || !equals_ignoring_case(value, "chunked")) {
      return error_response(501, "transfer_encoding", "The only transfer encoding understood is chunked.");
    }
    head_.chunked = true;
    return std::nullopt;
  }

  static Refusal content_encoding(std::string_view value) {
    if (value.empty() || equals_ignoring_case(value, "identity")) return std::nullopt;
    return error_response(415, "content_encoding", "A compressed body is not read.");
  }

  Refusal authorization(std::string_view value) {
    if (has_authorization_) return bad("Authorization is there twice.");
    has_authorization_ = true;
    // The library would decode %41 to A and %00 to a zero byte. No token holds a percent sign.
    if (value.find('%') != std::string_view::npos)
      return bad("The Authorization header holds a percent sign, which no token has.");
    return forward("Authorization: " + std::string(value));
  }

  Head head_;
  std::optional<std::size_t> length_;
  bool has_authorization_ = false;
  bool expects_continue_ = false;
};

}  // namespace

tl::expected<Head, Response> read_head(std::string_view head) {
  HeadReader reader;
  for (bool first = true;; first = false) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return tl::unexpected(bad("The head does not end."));
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty() && !first) return reader.finish();
    if (line.size() > kMaxHeadLineBytes) {
      return tl::unexpected(first ? error_response(414, "uri_too_long", "The request line is too long.")
                                  : error_response(431, "head_too_large", "A header line may have 8000 bytes."));
    }
    if (has_bad_byte(line)) return tl::unexpected(bad("The head holds a control byte."));
    if (auto refusal = first ? reader.request_line(line) : reader.field(line))
      return tl::unexpected(std::move(*refusal));
  }
}

}  // namespace tokend
