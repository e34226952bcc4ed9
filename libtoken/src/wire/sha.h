#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "libtoken/bytes.h"
#include "libtoken/keys.h"

namespace libtoken {

using Digest = std::array<std::uint8_t, 32>;

/// The state that every HMAC under a key starts from. The key has at most 64 bytes, one block of SHA-256.
[[nodiscard]] HmacPads hmac_pads(ByteView key) noexcept;

/// HMAC-SHA256 (RFC 2104, FIPS 198-1) of `first ‖ second`.
[[nodiscard]] Digest hmac_sha256(const HmacPads& pads, ByteView first, ByteView second = {}) noexcept;
[[nodiscard]] inline Digest hmac_sha256(ByteView key, ByteView first, ByteView second = {}) noexcept {
  return hmac_sha256(hmac_pads(key), first, second);
}

/// SHA-256 (FIPS 180-4).
[[nodiscard]] Digest sha256(ByteView message) noexcept;

/// SHA-1 of `first ‖ second`, for version-5 UUIDs (RFC 4122 §4.3) and nothing else.
[[nodiscard]] std::array<std::uint8_t, 20> sha1(ByteView first, ByteView second) noexcept;

/// Whether they are the same, in a time that depends on their sizes alone.
[[nodiscard]] bool equal_secret(ByteView a, ByteView b) noexcept;

}  // namespace libtoken
