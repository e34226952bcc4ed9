#pragma once

#include <cstddef>
#include <cstdint>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// What rewrap_keys() did.
struct Rewrapped {
  std::size_t keys = 0;                 ///< root keys that were sealed again
  std::size_t key_encryption_keys = 0;  ///< keys in the key file now
};

/// Makes a new key-encryption key, puts it into the key file before the others (which stay there), and seals every root
/// key with it. Processes that have the store open go on working: they read the file again when a key does not open. If
/// it is interrupted, everything still opens, and doing it again finishes it. With `forget_old` the other keys are
/// removed from the file at the end, and backups that were sealed with them cannot be opened any more. Errors:
/// kUnusableKeyFile, kUnusableStore.
[[nodiscard]] Result<Rewrapped> rewrap_keys(Store& store, bool forget_old, const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
