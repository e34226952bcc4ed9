#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/result.h"

namespace libtoken {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, in place. The text must outlive the view.
[[nodiscard]] inline ByteView bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Bytes as a text, in place. They need not be UTF-8.
[[nodiscard]] inline std::string_view text_of(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Same length and content. Not for secrets: it stops at the first difference.
[[nodiscard]] bool equal(ByteView a, ByteView b) noexcept;

/// Lower-case hex, two digits a byte.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// The bytes of an even number of hex digits of either case. Error: kMalformed.
[[nodiscard]] Result<Bytes> from_hex(std::string_view hex);

/// Base64 with padding (RFC 4648 §4).
[[nodiscard]] std::string to_base64(ByteView bytes);

/// Strict base64 (FORMAT.md §2): padded, nothing but the alphabet, pad bits zero; "" is no bytes.
/// Errors: kTruncated (valid so far, but its length is not a multiple of 4), kMalformed.
[[nodiscard]] Result<Bytes> from_base64(std::string_view base64);

}  // namespace libtoken
