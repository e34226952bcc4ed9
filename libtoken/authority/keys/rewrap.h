#pragma once

#include <cstddef>
#include <cstdint>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// What rewrap_keys() did.
struct Rewrapped {
  std::size_t keys = 0;             ///< sealed anew
  std::size_t key_encryption_keys = 0;  ///< in the file now
};

/// Makes a new key-encryption key, puts it into the key file before the others (all of which still open), and seals
/// every root key with it. Whoever has the store open goes on: a key that does not open has the file read again. Cut short
/// anywhere, everything still opens, and doing it again finishes it. With `forget_old` the others leave the file at the
/// end; what they sealed elsewhere (backups) opens no more. Errors: kUnusableKeyFile, kUnusableStore.
[[nodiscard]] Result<Rewrapped> rewrap_keys(Store& store, bool forget_old, const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
