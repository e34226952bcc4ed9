#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/bytes.h"
#include "libtoken/keys.h"
#include "libtoken/result.h"

namespace libtoken::authority {

/// What root keys are sealed with in the store. Kept in a file of its own, so that a copy of the store alone opens
/// nothing. Of a type of its own, so that it cannot be passed for a key that signs or discharges.
class KeyEncryptionKey : public Secret32 {
 public:
  [[nodiscard]] static KeyEncryptionKey generate();
  /// Exactly 32 bytes, not all zero. The caller wipes its own copy. Error: kBadKey.
  [[nodiscard]] static Result<KeyEncryptionKey> from_bytes(ByteView bytes);

  /// Seals with XChaCha20-Poly1305 under a fresh random nonce: 24 bytes of nonce ‖ ciphertext ‖ 16 bytes of tag, in
  /// hex. `context` is not in the result, and opening needs the same: it ties what is sealed to its place.
  [[nodiscard]] std::string seal(ByteView secret, ByteView context) const;

  /// Opens what seal() made. The caller wipes what it gets. Error: kBadKey (another key or context, or changed).
  [[nodiscard]] Result<Bytes> open(std::string_view sealed_hex, ByteView context) const;

 private:
  using Secret32::Secret32;
};

/// How many keys a key file holds at most.
inline constexpr std::size_t kMostKeyEncryptionKeys = 64;

/// The keys of a key file, newest first; at least one. All of them open. Which of them seals, the store says (sealing.h).
class KeyEncryptionKeys {
 public:
  explicit KeyEncryptionKeys(const KeyEncryptionKey& only) : keys_{only} {}

  /// Reads a key file: a line each, `tokens-kek-1:` and the base64 of 32 bytes. Error: kUnusableKeyFile (missing; not a
  /// regular file; writable by the group, or open to others; of a wrong form). The sentence names the file and what to
  /// do.
  [[nodiscard]] static Result<KeyEncryptionKeys> load(const std::filesystem::path& file);

  /// Writes a new key file, 0600 whatever the umask, synced with its folder. Errors: kAlreadyExists, kStoreUnavailable
  /// (then there is no file).
  [[nodiscard]] Result<void> save_new(const std::filesystem::path& file) const;
  /// Puts these keys into a key file in the place of what it holds: whoever reads it, and whatever happens meanwhile, it
  /// has the one or the other. Its owner and who may read it stay. Error: kStoreUnavailable.
  [[nodiscard]] Result<void> save_over(const std::filesystem::path& file) const;

  [[nodiscard]] std::span<const KeyEncryptionKey> keys() const noexcept { return keys_; }
  void put_first(const KeyEncryptionKey& key) { keys_.insert(keys_.begin(), key); }

  /// The key that opens this; null if none does.
  [[nodiscard]] const KeyEncryptionKey* opener_of(std::string_view sealed_hex, ByteView context) const;
  /// As KeyEncryptionKey::open(), with whichever key does.
  [[nodiscard]] Result<Bytes> open(std::string_view sealed_hex, ByteView context) const;

 private:
  KeyEncryptionKeys() = default;
  std::vector<KeyEncryptionKey> keys_;
};

}  // namespace libtoken::authority
