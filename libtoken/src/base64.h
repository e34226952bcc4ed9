#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libtoken/result.h"

namespace libtoken {

/// How many bytes strict base64 decodes to; nothing if it is not that (classify_bad_base64() says why).
[[nodiscard]] std::optional<std::size_t> base64_decoded_size(std::string_view base64) noexcept;

/// Decodes what base64_decoded_size() accepted into `out`, which has room for base64.size() / 4 * 3 bytes: the last one
/// or two of them may be written and mean nothing.
void decode_checked_base64(std::string_view base64, std::uint8_t* out) noexcept;

/// Of bad base64: kTruncated if it is good as far as it goes (FORMAT.md §2), else kMalformed.
[[nodiscard]] ErrorKind classify_bad_base64(std::string_view base64) noexcept;

}  // namespace libtoken
