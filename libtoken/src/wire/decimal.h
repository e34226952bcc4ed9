#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libtoken/bytes.h"

namespace libtoken {

/// A plain decimal number of 64 bits: digits alone, no leading zero, no sign.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept;

/// A big-endian number of any size in decimal; no bytes are 0.
[[nodiscard]] std::string big_endian_to_decimal(ByteView big_endian);

/// The reverse, without leading zero bytes; nothing if it is not a plain decimal number or needs more than `max_bytes`.
[[nodiscard]] std::optional<Bytes> decimal_to_big_endian(std::string_view text, std::size_t max_bytes);

}  // namespace libtoken
