#include "net/chunked_body.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tokend {
namespace {

constexpr std::size_t kMaxSizeLine = 256;  // bytes of a line with a chunk's size, extensions included

bool is_text(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

/// Nothing if it is not `1*HEXDIG [BWS ";" …]`, or has more digits than any limit needs.
std::optional<std::uint64_t> read_size(std::string_view line) noexcept {
  std::uint64_t size = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (parsed.ec != std::errc{}) return std::nullopt;
  const std::string_view rest(parsed.ptr, static_cast<std::size_t>(line.data() + line.size() - parsed.ptr));
  const std::size_t extension = rest.find_first_not_of(" \t");
  if (!rest.empty() && (extension == std::string_view::npos || rest[extension] != ';')) return std::nullopt;
  if (!is_text(rest)) return std::nullopt;
  return size;
}

}  // namespace

ChunkedBody::Step ChunkedBody::chunk(std::string_view rest, std::size_t most) {
  const std::size_t end = rest.substr(0, kMaxSizeLine).find("\r\n");
  if (end == std::string_view::npos) {
    if (rest.size() >= kMaxSizeLine) return Step::kMalformed;
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);  // its LF has not arrived
    return is_text(rest) ? Step::kPart : Step::kMalformed;
  }
  const auto size = read_size(rest.substr(0, end));
  if (!size) return Step::kMalformed;
  if (*size > most - held_) return Step::kTooLarge;
  const auto bytes = static_cast<std::uint32_t>(*size);
  if (bytes == 0) {
    at_ += static_cast<std::uint32_t>(end + 2);
    in_trailers_ = true;
    return Step::kNext;
  }
  const std::string_view after = rest.substr(std::min(end + 2 + bytes, rest.size())).substr(0, 2);
  if (after != std::string_view("\r\n").substr(0, after.size())) return Step::kMalformed;
  if (after.size() < 2) return Step::kPart;
  at_ += static_cast<std::uint32_t>(end + 2 + bytes + 2);
  held_ += bytes;
  return Step::kNext;
}

ChunkedBody::Step ChunkedBody::trailer(std::string_view rest) {
  const std::size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return rest.size() > kMaxHeadBytes ? Step::kTooLarge : Step::kPart;
  at_ += static_cast<std::uint32_t>(end + 2);
  if (end == 0) return Step::kWhole;
  const std::string_view line = rest.substr(0, end);
  const std::size_t colon = line.find_first_of(": \t");
  const bool is_field = colon != 0 && colon != std::string_view::npos && line[colon] == ':' && is_text(line);
  if (!is_field || ++trailers_ > kMaxHeadLines) return Step::kMalformed;
  return Step::kNext;
}

tl::expected<bool, Response> ChunkedBody::look(std::string_view received, std::size_t most) {
  for (;;) {
    const std::string_view rest = received.substr(at_);
    Step step = in_trailers_ ? trailer(rest) : chunk(rest, most);
    if (at_ - held_ > most + kMaxHeadBytes) step = Step::kTooLarge;
    switch (step) {
      case Step::kNext: break;
      case Step::kPart: return false;
      case Step::kWhole: return true;
      case Step::kMalformed:
        return tl::unexpected(error_response(400, "bad_request", "The body's chunks are not well formed."));
      case Step::kTooLarge: return tl::unexpected(body_too_large_response(most));
    }
  }
}

std::string ChunkedBody::content(std::string_view received) const {
  std::string content;
  content.reserve(held_);
  while (content.size() < held_) {
    const std::size_t line = received.find("\r\n");
    const auto size = static_cast<std::size_t>(read_size(received.substr(0, line)).value_or(0));
    content += received.substr(line + 2, size);
    received.remove_prefix(line + 2 + size + 2);
  }
  return content;
}

}  // namespace tokend
