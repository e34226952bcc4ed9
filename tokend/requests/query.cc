#include "requests/query.h"

#include <algorithm>

#include "authority/registry/request_json.h"
#include "libtoken/bytes.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

constexpr std::size_t kMaxValueBytes = 4096;

tl::unexpected<Response> bad(const char* code, const std::string& message) {
  return tl::unexpected(error_response(400, code, message));
}

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

/// Nothing: a percent sign is not followed by two hex digits, or there is a byte that no URI has.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte <= 0x20 || byte >= 0x7f) return std::nullopt;
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    decoded.push_back(static_cast<char>(*high << 4 | *low));
    i += 2;
  }
  return decoded;
}

bool is_plain_text(std::string_view text) noexcept {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  return !control && libtoken::is_utf8(libtoken::bytes_of(text));
}

}  // namespace

tl::expected<Query, Response> Query::parse(std::string_view query, std::span<const std::string_view> known) {
  Query parsed;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    if (end == query.size() - 1) return bad("bad_request", "The query must not end in an ampersand.");
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return bad("bad_request", "Write the query as name=value&name=value.");
    const std::string_view written = piece.substr(0, equals);
    const auto name = std::find(known.begin(), known.end(), written);
    if (name == known.end()) {
      return bad("unknown_field", libtoken::authority::no_such("parameter", written, {known.begin(), known.end()}));
    }
    if (parsed.find(*name) != nullptr) return bad("bad_field", std::string(*name) + ": it stands in the query twice.");
    auto value = percent_decoded(piece.substr(equals + 1));
    if (!value) return bad("bad_field", std::string(*name) + ": its percent-encoding is wrong.");
    if (value->empty()) return bad("bad_field", std::string(*name) + ": it is empty.");
    if (value->size() > kMaxValueBytes) return bad("bad_field", std::string(*name) + ": at most 4096 bytes are read.");
    if (!is_plain_text(*value))
      return bad("bad_field", std::string(*name) + ": write UTF-8 without control characters.");
    parsed.parameters_.push_back({*name, std::move(*value)});
  }
  return parsed;
}

const std::string* Query::find(std::string_view name) const noexcept {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const Parameter& parameter) { return parameter.name == name; });
  return found == parameters_.end() ? nullptr : &found->value;
}

}  // namespace tokend
