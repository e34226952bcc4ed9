#include "wire/aead.h"

#include <sodium.h>

#include "wire/declassify.h"

namespace libtoken {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_chacha20poly1305_ietf_NPUBBYTES;
static_assert(kSealOverhead == kNonceBytes + crypto_aead_chacha20poly1305_ietf_ABYTES);

}  // namespace

// Nonces are random: a key seals few blobs (a tail seals one, a shared key one per third-party caveat), so that 96 bits
// do not repeat.
Bytes seal(std::span<const std::uint8_t, 32> key, ByteView plaintext) {
  Bytes blob(kSealOverhead + plaintext.size());
  randombytes_buf(blob.data(), kNonceBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(blob.data() + kNonceBytes, nullptr, plaintext.data(), plaintext.size(),
                                            nullptr, 0, nullptr, blob.data(), key.data());
  declassify(blob.data(), blob.size());
  return blob;
}

bool open_sealed(std::span<const std::uint8_t, 32> key, ByteView blob, std::uint8_t* plaintext) noexcept {
  if (blob.size() < kSealOverhead) return false;
  return declassified(crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, nullptr, nullptr, blob.data() + kNonceBytes,
                                                                blob.size() - kNonceBytes, nullptr, 0, blob.data(),
                                                                key.data()) == 0);
}

}  // namespace libtoken
