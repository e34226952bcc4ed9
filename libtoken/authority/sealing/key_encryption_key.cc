#include "authority/sealing/key_encryption_key.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

namespace libtoken::authority {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

void start_sodium() noexcept {
  // Without a source of random bytes no key or nonce would be safe.
  if (sodium_init() < 0) std::abort();
}

}  // namespace

KeyEncryptionKey KeyEncryptionKey::generate() {
  start_sodium();
  std::array<std::uint8_t, kSize> bytes{};
  fill_random(bytes);
  KeyEncryptionKey key{std::span<const std::uint8_t, kSize>(bytes)};
  wipe(bytes);
  return key;
}

Result<KeyEncryptionKey> KeyEncryptionKey::from_bytes(ByteView bytes) {
  auto good = checked(bytes);
  if (!good) return tl::unexpected(good.error());
  const KeyEncryptionKey key{std::span<const std::uint8_t, kSize>(*good)};
  wipe(*good);
  return key;
}

std::string KeyEncryptionKey::seal(ByteView secret, ByteView context) const {
  start_sodium();
  Bytes sealed(kNonceBytes + secret.size() + kTagBytes);
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr, secret.data(), secret.size(),
                                             context.data(), context.size(), nullptr, sealed.data(),
                                             expose_secret().data());
  // Not by a table, whose use would depend on the key until the value is given out.
  std::string hex(2 * sealed.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), sealed.data(), sealed.size());
  hex.pop_back();
  return hex;
}

Result<Bytes> KeyEncryptionKey::open(std::string_view sealed_hex, ByteView context) const {
  start_sodium();
  const auto sealed = from_hex(sealed_hex);
  if (!sealed || sealed->size() < kNonceBytes + kTagBytes) {
    return fail(ErrorKind::kBadKey, "the sealed value is not hex, or is too short");
  }
  Bytes secret(sealed->size() - kNonceBytes - kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, sealed->data() + kNonceBytes,
                                                 sealed->size() - kNonceBytes, context.data(), context.size(),
                                                 sealed->data(), expose_secret().data()) != 0) {
    return fail(ErrorKind::kBadKey, "the key-encryption key does not open the sealed value");
  }
  return secret;
}

}  // namespace libtoken::authority
