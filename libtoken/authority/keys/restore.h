#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// What restoring a backup would bring back, and what it would lose.
struct RestorePlan {
  std::int64_t backup_unix_s = 0;  ///< when the backup was made
  bool old_store_found = false;    ///< what follows is known only then
  std::size_t issued_since = 0;
  std::size_t revoked_since = 0;
  std::size_t other_changes_since = 0;  ///< audit entries of every other action
};

/// What of a backup's list of revocations the one who restores has settled for: an old one brings revoked tokens back.
enum class RestoreWith : std::uint8_t {
  kRotatedKeys,  ///< every org gets a new key and its old ones are retired: no token of before counts any more
  kAcceptedLostRevocations  ///< tokens revoked since the backup count again, unless the old store's list could be read
};

/// Looks at a backup, and at the store that `address` names if there is one. Errors: kNotFound (backup), kUnusableStore
/// (it is no backup, is damaged, or its keys do not open with the key-encryption key), kUnusableKeyFile; and of
/// `old_store` kNotFound and kUnusableStore (damaged, or not the one that the backup was made of).
[[nodiscard]] Result<RestorePlan> plan_restore(const std::filesystem::path& backup, const StoreAddress& address,
                                               const std::optional<std::filesystem::path>& old_store);

/// Makes the store that `address` names of a backup. From `old_store`, the one that the backup was made of (moved out
/// of the way, then its `-wal` and its `-shm` if it has them), is taken over what must not be forgotten: revocations, retired keys, the
/// keys of deleted orgs as retired, ids given, records of tokens, the audit, and the newest record's time.
/// Errors: as plan_restore(), and kAlreadyExists (there is a store, or a journal or `-shm` of one: nothing is overwritten).
[[nodiscard]] Result<void> restore_store(const std::filesystem::path& backup, const StoreAddress& address,
                                         RestoreWith with, const std::optional<std::filesystem::path>& old_store,
                                         const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
