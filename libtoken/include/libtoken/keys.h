#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "libtoken/bytes.h"
#include "libtoken/result.h"

namespace libtoken {

/// A secret of 32 bytes that is wiped when it goes out of scope and has no way to a stream. The two keys below are
/// distinct types, so that one cannot be passed for the other.
class Secret32 {
 public:
  static constexpr std::size_t kSize = 32;

  Secret32(const Secret32&) noexcept;
  Secret32& operator=(const Secret32&) noexcept;
  ~Secret32();

  /// The bytes themselves: for the cipher or MAC that needs them, or to seal and store them. Easy to grep for.
  [[nodiscard]] std::span<const std::uint8_t, kSize> expose_secret() const noexcept { return bytes_; }

 protected:
  explicit Secret32(std::span<const std::uint8_t, kSize> bytes) noexcept;
  [[nodiscard]] static Result<std::array<std::uint8_t, kSize>> checked(ByteView bytes);
  static void fill_random(std::span<std::uint8_t, kSize> bytes) noexcept;

 private:
  std::array<std::uint8_t, kSize> bytes_;
};

/// The state of SHA-256 after each of the two blocks that every HMAC under one key begins with (RFC 2104 §2). As secret
/// as the key itself.
struct HmacPads {
  std::array<std::uint32_t, 8> inner;
  std::array<std::uint32_t, 8> outer;
};

/// Signs macaroons: an organization's root key, or the `r` of a third-party caveat (FORMAT.md §4, §5). Keeps its HMAC
/// pads, which are half the hashing of a short message.
class SigningKey : public Secret32 {
 public:
  SigningKey(const SigningKey&) noexcept = default;
  SigningKey& operator=(const SigningKey&) noexcept = default;
  ~SigningKey();

  /// Exactly 32 bytes, not all zero (FORMAT.md §4). The caller wipes its own copy. Error: kBadKey.
  [[nodiscard]] static Result<SigningKey> from_bytes(ByteView bytes);
  /// A fresh random key.
  [[nodiscard]] static SigningKey generate();

  /// For the MAC; see expose_secret().
  [[nodiscard]] const HmacPads& expose_hmac_pads() const noexcept { return pads_; }

 private:
  explicit SigningKey(std::span<const std::uint8_t, kSize> bytes) noexcept;
  HmacPads pads_;
};

/// Seals and opens: `KA`, shared with a third party (FORMAT.md §5).
class EncryptionKey : public Secret32 {
 public:
  /// Exactly 32 bytes, not all zero. The caller wipes its own copy. Error: kBadKey.
  [[nodiscard]] static Result<EncryptionKey> from_bytes(ByteView bytes);
  /// A fresh random key.
  [[nodiscard]] static EncryptionKey generate();

 private:
  using Secret32::Secret32;
};

/// Wipes memory in a way that no compiler removes.
void wipe(std::span<std::uint8_t> bytes) noexcept;

}  // namespace libtoken
