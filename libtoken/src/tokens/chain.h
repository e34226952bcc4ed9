#pragma once

#include <array>
#include <cstdint>

#include "libtoken/caveat.h"
#include "libtoken/keys.h"
#include "wire/sha.h"

namespace libtoken {

// The HMAC chain (FORMAT.md §4).

[[nodiscard]] inline Digest chain_start(const SigningKey& key, ByteView encoded_nonce) noexcept {
  return hmac_sha256(key.expose_hmac_pads(), encoded_nonce);
}

[[nodiscard]] inline Digest chain_step(const Digest& tail, ByteView type_and_body) noexcept {
  constexpr std::array<std::uint8_t, 1> kArrayOfTwo = {0x92};
  return hmac_sha256(tail, kArrayOfTwo, type_and_body);
}

[[nodiscard]] inline Digest chain_finalize(const Digest& tail) noexcept {
  constexpr std::string_view kKey = "proof-signature-finalization";
  return hmac_sha256(bytes_of(kKey), tail);
}

}  // namespace libtoken
