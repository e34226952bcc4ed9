#pragma once

#include <cstddef>
#include <filesystem>

#include "authority/store/store.h"
#include "authority/store/sql.h"

// What a store that a backup was made of still has to say, when the backup is to take its place. The connection's own
// database is the backup, or a store that was made of it; the old store is beside it, as `old`.
namespace libtoken::authority {

/// How much happened in the old store since the backup was made of it.
struct ChangesSinceBackup {
  std::size_t issued = 0;   ///< tokens
  std::size_t revoked = 0;  ///< ids
  std::size_t others = 0;   ///< audit entries of every other action
};

/// The old store, beside the connection's database for as long as this lives. Never written to.
class OldStore {
 public:
  /// Errors: kNotFound, kUnusableStore (damaged, no store, of a newer version, or not the one that the backup was made
  /// of), kStoreUnavailable.
  [[nodiscard]] static Result<OldStore> attach(soci::session& sql, const std::filesystem::path& file);
  OldStore(OldStore&& other) noexcept;
  OldStore& operator=(OldStore&&) = delete;
  ~OldStore();

  /// Counts what happened since the backup. Errors: kUnusableStore, kStoreUnavailable.
  [[nodiscard]] Result<ChangesSinceBackup> changes_since_backup();

  /// Brings over, in the caller's transaction, what must not be forgotten: revocations, ended keys (those of deleted orgs
  /// too), ids that were given, records of tokens, the audit, and the newest record's time. Errors: as changes_since_backup().
  [[nodiscard]] Result<void> carry_over();

 private:
  OldStore(soci::session& sql, std::filesystem::path file);
  [[nodiscard]] tl::unexpected<Error> current_error() const;
  soci::session* sql_;
  std::filesystem::path file_;
};

}  // namespace libtoken::authority
