// libcrypto's one-shot HMAC() costs five times what its low-level SHA-256 does, for fetching the algorithm on each
// call. The low-level calls are deprecated, not removed; this is the one file that uses them.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "wire/sha.h"

#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "wire/declassify.h"

namespace libtoken {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kLengthAt = kBlock - sizeof(std::uint64_t);  // in the last block
using Block = std::array<std::uint8_t, kBlock>;
using State = std::array<std::uint32_t, 8>;

State state_of(const SHA256_CTX& context) noexcept {
  State state;
  std::copy(std::begin(context.h), std::end(context.h), state.begin());
  return state;
}

State state_after(const Block& first) noexcept {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Transform(&context, first.data());
  return state_of(context);
}

void store_big_endian(std::uint32_t value, std::uint8_t* to) noexcept {
  const std::uint32_t big_endian = htobe32(value);
  std::memcpy(to, &big_endian, sizeof big_endian);
}

// SHA-256 (FIPS 180-4 §5.1, §6.2) over libcrypto's compression of one block. Its own collecting and padding of bytes
// costs a fifth of the time that short messages take.
class Sha256 {
 public:
  Sha256() noexcept { SHA256_Init(&context_); }
  // Continues from the state that hashing one block led to.
  explicit Sha256(const State& state) noexcept : bytes_(kBlock) {
    std::copy(state.begin(), state.end(), std::begin(context_.h));
  }

  void add(ByteView bytes) noexcept {
    bytes_ += bytes.size();
    while (bytes.size() >= kBlock - used_) {
      std::memcpy(block_.data() + used_, bytes.data(), kBlock - used_);
      bytes = bytes.subspan(kBlock - used_);
      take_in_block();
    }
    if (!bytes.empty()) std::memcpy(block_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }

  [[nodiscard]] Digest finish() noexcept {
    block_[used_++] = 0x80;
    if (used_ > kLengthAt) take_in_block();
    const std::uint64_t bits = 8 * bytes_;
    store_big_endian(static_cast<std::uint32_t>(bits >> 32), block_.data() + kLengthAt);
    store_big_endian(static_cast<std::uint32_t>(bits), block_.data() + kLengthAt + 4);
    take_in_block();
    Digest digest;
    for (std::size_t i = 0; i < 8; ++i) store_big_endian(context_.h[i], digest.data() + 4 * i);
    return digest;
  }

 private:
  void take_in_block() noexcept {
    SHA256_Transform(&context_, block_.data());
    block_.fill(0);
    used_ = 0;
  }

  SHA256_CTX context_;
  Block block_{};  // zeros after what is used
  std::size_t used_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

HmacPads hmac_pads(ByteView key) noexcept {
  Block inner{};
  std::copy(key.begin(), key.end(), inner.begin());  // not memcpy: an empty view may hold a null pointer
  Block outer = inner;
  for (std::uint8_t& byte : inner) byte ^= 0x36;
  for (std::uint8_t& byte : outer) byte ^= 0x5c;
  return {state_after(inner), state_after(outer)};
}

Digest hmac_sha256(const HmacPads& pads, ByteView first, ByteView second) noexcept {
  Sha256 inner(pads.inner);
  inner.add(first);
  inner.add(second);
  Sha256 outer(pads.outer);
  outer.add(inner.finish());
  return outer.finish();
}

Digest sha256(ByteView message) noexcept {
  Sha256 hash;
  hash.add(message);
  return hash.finish();
}

// Ids are made of 16 bytes and 16 more, or of a short key id: mostly one block, which its own collecting and padding
// of bytes would double the cost of.
std::array<std::uint8_t, 20> sha1(ByteView first, ByteView second) noexcept {
  SHA_CTX context;
  SHA1_Init(&context);
  const std::size_t size = first.size() + second.size();
  std::array<std::uint8_t, 20> digest;
  if (size >= kLengthAt) {
    SHA1_Update(&context, first.data(), first.size());
    SHA1_Update(&context, second.data(), second.size());
    SHA1_Final(digest.data(), &context);
    return digest;
  }
  Block block{};
  std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), block.begin()));
  block[size] = 0x80;
  store_big_endian(static_cast<std::uint32_t>(8 * size), block.data() + kLengthAt + 4);
  SHA1_Transform(&context, block.data());
  std::uint8_t* to = digest.data();
  for (const std::uint32_t word : {context.h0, context.h1, context.h2, context.h3, context.h4}) {
    store_big_endian(word, to);
    to += sizeof word;
  }
  return digest;
}

bool equal_secret(ByteView a, ByteView b) noexcept {
  return a.size() == b.size() && declassified(CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace libtoken
