#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "libtoken/bytes.h"
#include "libtoken/keys.h"
#include "libtoken/result.h"

namespace libtoken::authority {

/// What root keys are sealed with in the store. Kept in a file of its own, so that a copy of the store alone opens
/// nothing. Of a type of its own, so that it cannot be passed for a key that signs or discharges.
class KeyEncryptionKey : public Secret32 {
 public:
  [[nodiscard]] static KeyEncryptionKey generate();

  /// Reads a key file: one line, `tokens-kek-1:` and the base64 of 32 bytes. Error: kUnusableKeyFile (missing; not a
  /// regular file; writable by the group, or open to others; of a wrong form). The sentence names the file and what to
  /// do.
  [[nodiscard]] static Result<KeyEncryptionKey> load(const std::filesystem::path& file);

  /// Writes a new key file, 0600 whatever the umask, synced with its folder. Errors: kAlreadyExists, kStoreUnavailable
  /// (then there is no file).
  [[nodiscard]] Result<void> save_new(const std::filesystem::path& file) const;

  /// Seals with XChaCha20-Poly1305 under a fresh random nonce: 24 bytes of nonce ‖ ciphertext ‖ 16 bytes of tag, in
  /// hex. `context` is not in the result, and opening needs the same: it ties what is sealed to its place.
  [[nodiscard]] std::string seal(ByteView secret, ByteView context) const;

  /// Opens what seal() made. The caller wipes what it gets. Error: kBadKey (another key or context, or changed).
  [[nodiscard]] Result<Bytes> open(std::string_view sealed_hex, ByteView context) const;

 private:
  using Secret32::Secret32;
};

}  // namespace libtoken::authority
