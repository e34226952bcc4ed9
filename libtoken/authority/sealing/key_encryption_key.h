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

/// A key that the root keys in the store are sealed with. It is kept in a file beside the store, so that a copy of the
/// store alone opens nothing. It has a type of its own, so that it cannot be passed where a signing key is expected.
class KeyEncryptionKey : public Secret32 {
 public:
  [[nodiscard]] static KeyEncryptionKey generate();
  /// `bytes`: exactly 32, not all zero. The caller wipes its copy. Error: kBadKey.
  [[nodiscard]] static Result<KeyEncryptionKey> from_bytes(ByteView bytes);

  /// Seals with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha §2) under a fresh random nonce. The result is in hex: 24
  /// bytes of nonce ‖ ciphertext ‖ 16 bytes of tag. `context` is the associated data: it is not in the result, and
  /// open() needs the same, so that a sealed value cannot be moved to another place.
  [[nodiscard]] std::string seal(ByteView secret, ByteView context) const;

  /// Opens what seal() made. The caller wipes the result. Error: kBadKey (another key or context, or it was changed).
  [[nodiscard]] Result<Bytes> open(std::string_view sealed_hex, ByteView context) const;

 private:
  using Secret32::Secret32;
};

/// How many keys a key file holds at most.
inline constexpr std::size_t kMaxKeyEncryptionKeys = 64;

/// The keys of a key file, at least one, the newest first. Any of them may open a sealed value. The store says which of
/// them seals new ones (store_sealing.h).
class KeyEncryptionKeys {
 public:
  explicit KeyEncryptionKeys(const KeyEncryptionKey& only) : keys_{only} {}

  /// Reads a key file. It has a line for each key: `tokens-kek-1:` and the base64 of 32 bytes. Error: kUnusableKeyFile
  /// (it is missing, not a regular file, writable by its group, readable or writable by others, or of a wrong form).
  /// The message names the file and what to do.
  [[nodiscard]] static Result<KeyEncryptionKeys> load(const std::filesystem::path& file);

  /// Reads what stands in a key file. Error: kBadKey. The caller wipes the text.
  [[nodiscard]] static Result<KeyEncryptionKeys> parse(std::string_view text);

  /// Writes a new key file with the mode 0600, and syncs it and its folder. Errors: kAlreadyExists, kStoreUnavailable
  /// (no file is left).
  [[nodiscard]] Result<void> save_new(const std::filesystem::path& file) const;
  /// Replaces the content of a key file in one step, so that a reader, or a crash, finds either the old keys or the new
  /// ones. The file keeps its owner, group and mode. Error: kStoreUnavailable.
  [[nodiscard]] Result<void> save_over(const std::filesystem::path& file) const;

  [[nodiscard]] std::span<const KeyEncryptionKey> keys() const noexcept { return keys_; }
  void put_first(const KeyEncryptionKey& key) { keys_.insert(keys_.begin(), key); }

  /// The key that opens this value, owned by this object; null if none does.
  [[nodiscard]] const KeyEncryptionKey* opener_of(std::string_view sealed_hex, ByteView context) const;
  /// As KeyEncryptionKey::open(), with the first key that opens the value.
  [[nodiscard]] Result<Bytes> open(std::string_view sealed_hex, ByteView context) const;

 private:
  KeyEncryptionKeys() = default;
  std::vector<KeyEncryptionKey> keys_;
};

}  // namespace libtoken::authority
