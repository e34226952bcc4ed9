#include "libtoken/keys.h"

#include <sodium.h>

#include <algorithm>

#include "wire/declassify.h"
#include "wire/sha.h"

namespace libtoken {

void wipe(std::span<std::uint8_t> bytes) noexcept { sodium_memzero(bytes.data(), bytes.size()); }

Secret32::Secret32(std::span<const std::uint8_t, kSize> bytes) noexcept {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}
Secret32::Secret32(const Secret32&) noexcept = default;
Secret32& Secret32::operator=(const Secret32&) noexcept = default;
Secret32::~Secret32() { wipe(bytes_); }

Result<std::array<std::uint8_t, Secret32::kSize>> Secret32::checked(ByteView bytes) {
  if (bytes.size() != kSize)
    return fail(ErrorKind::kBadKey, "a key is 32 bytes, and this is " + std::to_string(bytes.size()));
  std::uint8_t any = 0;
  for (const std::uint8_t byte : bytes) any |= byte;
  if (declassified(any == 0)) return fail(ErrorKind::kBadKey, "a key must not be all zeros");
  std::array<std::uint8_t, kSize> copy;
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  return copy;
}

// randombytes_buf() needs no sodium_init() on Linux; it ends the program rather than return what is not random.
void Secret32::fill_random(std::span<std::uint8_t, kSize> bytes) noexcept { randombytes_buf(bytes.data(), kSize); }

SigningKey::SigningKey(std::span<const std::uint8_t, kSize> bytes) noexcept
    : Secret32(bytes), pads_(hmac_pads(bytes)) {}

SigningKey::~SigningKey() { sodium_memzero(&pads_, sizeof pads_); }

Result<SigningKey> SigningKey::from_bytes(ByteView bytes) {
  auto copy = checked(bytes);
  if (!copy) return tl::unexpected(copy.error());
  SigningKey key(*copy);
  wipe(*copy);
  return key;
}

SigningKey SigningKey::generate() {
  std::array<std::uint8_t, kSize> bytes;
  fill_random(bytes);
  SigningKey key(bytes);
  wipe(bytes);
  return key;
}

Result<EncryptionKey> EncryptionKey::from_bytes(ByteView bytes) {
  auto copy = checked(bytes);
  if (!copy) return tl::unexpected(copy.error());
  EncryptionKey key(*copy);
  wipe(*copy);
  return key;
}

EncryptionKey EncryptionKey::generate() {
  std::array<std::uint8_t, kSize> bytes;
  fill_random(bytes);
  EncryptionKey key(bytes);
  wipe(bytes);
  return key;
}

}  // namespace libtoken
