// libcrypto's one-shot HMAC() costs five times what its low-level SHA-256 does, for fetching the algorithm on each call.
// The low-level calls are deprecated, not removed; this is the one file that uses them.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sha.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace libtoken {
namespace {

constexpr std::size_t kBlock = 64;

}  // namespace

Digest hmac_sha256(ByteView key, ByteView first, ByteView second) noexcept {
  std::array<std::uint8_t, kBlock> pad;
  for (std::size_t i = 0; i < key.size(); ++i) pad[i] = key[i] ^ 0x36;
  for (std::size_t i = key.size(); i < kBlock; ++i) pad[i] = 0x36;

  SHA256_CTX context;
  Digest digest;
  SHA256_Init(&context);
  SHA256_Update(&context, pad.data(), pad.size());
  SHA256_Update(&context, first.data(), first.size());
  SHA256_Update(&context, second.data(), second.size());
  SHA256_Final(digest.data(), &context);

  for (std::uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
  SHA256_Init(&context);
  SHA256_Update(&context, pad.data(), pad.size());
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

Digest sha256(ByteView message) noexcept {
  SHA256_CTX context;
  Digest digest;
  SHA256_Init(&context);
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

std::array<std::uint8_t, 20> sha1(ByteView first, ByteView second) noexcept {
  SHA_CTX context;
  std::array<std::uint8_t, 20> digest;
  SHA1_Init(&context);
  SHA1_Update(&context, first.data(), first.size());
  SHA1_Update(&context, second.data(), second.size());
  SHA1_Final(digest.data(), &context);
  return digest;
}

bool equal_secret(std::span<const std::uint8_t, 32> a, std::span<const std::uint8_t, 32> b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace libtoken
