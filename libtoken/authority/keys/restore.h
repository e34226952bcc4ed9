#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// What happened between a backup and now, which restoring it would undo.
struct RestorePlan {
  std::int64_t backup_unix_s = 0;       ///< when the backup was made
  bool old_store_found = false;         ///< the old store could be read; without it the following numbers are 0
  std::size_t issued_since = 0;         ///< tokens
  std::size_t revoked_since = 0;        ///< ids
  std::size_t other_changes_since = 0;  ///< audit entries of every other action
};

/// What becomes of tokens that were revoked after the backup was made, which the backup does not know.
enum class RestoreWith : std::uint8_t {
  kRotatedKeys,  ///< every org gets a new key and its old ones are retired, so no earlier token counts any more
  kAcceptedLostRevocations  ///< they count again, unless the old store is given, whose revocations are kept
};

/// Reads a backup, and the old store: `old_store`, or if that is not given the store at `address`, if there is one.
/// Changes nothing. Errors: kNotFound (no such backup), kUnusableStore (not a backup, damaged, or its keys do not open
/// with the key file of `address`), kUnusableKeyFile; for `old_store` also kNotFound and kUnusableStore (damaged, not
/// closed, or not the store that the backup was made of).
[[nodiscard]] Result<RestorePlan> plan_restore(const std::filesystem::path& backup, const StoreAddress& address,
                                               const std::optional<std::filesystem::path>& old_store);

/// Makes the store at `address` from a backup. `old_store`: the store that the backup was made of, which was moved away
/// together with its `-wal` and `-shm` files if it has them. The new store takes over from it what must not be
/// forgotten: revocations, retired keys, the keys of deleted orgs (as retired), ids that were given out, records of
/// tokens, the audit and the time of the newest record. Errors: as plan_restore(), and kAlreadyExists (there is a store
/// at `address`, or its `-wal`, `-journal` or `-shm`; nothing is overwritten).
[[nodiscard]] Result<void> restore_store(const std::filesystem::path& backup, const StoreAddress& address,
                                         RestoreWith with, const std::optional<std::filesystem::path>& old_store,
                                         const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
