#pragma once

#include <cstdint>
#include <span>

#include "libtoken/bytes.h"

namespace libtoken {

/// The bytes that a sealed blob has besides the plaintext: 12 random bytes before it and a tag after it (FORMAT.md §5).
inline constexpr std::size_t kSealOverhead = 12 + 16;

/// Seals with ChaCha20-Poly1305 (RFC 8439), no associated data, under a fresh random nonce.
[[nodiscard]] Bytes seal(std::span<const std::uint8_t, 32> key, ByteView plaintext);

/// Opens into `plaintext`, which has room for blob.size() - kSealOverhead bytes. False if the key did not seal it, or
/// it is too short for a blob.
[[nodiscard]] bool open_sealed(std::span<const std::uint8_t, 32> key, ByteView blob, std::uint8_t* plaintext) noexcept;

}  // namespace libtoken
