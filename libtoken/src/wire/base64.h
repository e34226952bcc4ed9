#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libtoken/result.h"

namespace libtoken {

/// Decodes strict base64 (RFC 4648 §4: padded, no bit of it unused) into `out`, which has room for base64.size() / 4 *
/// 3 bytes, and says how many they are. Nothing if it is not valid: classify_bad_base64() says why, and the content of
/// `out` is unspecified.
[[nodiscard]] std::optional<std::size_t> decode_base64(std::string_view base64, std::uint8_t* out) noexcept;

/// What is wrong with bad base64: kTruncated if it is valid so far (FORMAT.md §2), else kMalformed.
[[nodiscard]] ErrorKind classify_bad_base64(std::string_view base64) noexcept;

}  // namespace libtoken
