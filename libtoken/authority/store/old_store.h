#pragma once

#include <cstddef>
#include <filesystem>

#include "authority/store/sql.h"
#include "authority/store/store.h"

// The store that a backup was made of, while the backup is restored in its place. The connection's own database is the
// backup, or a copy of it; the old store is attached to the connection as `old`.
namespace libtoken::authority {

/// How much happened in the old store since the backup was made of it.
struct ChangesSinceBackup {
  std::size_t issued = 0;   ///< tokens
  std::size_t revoked = 0;  ///< ids
  std::size_t others = 0;   ///< audit entries of every other action
};

/// The old store, attached to a connection for as long as this object lives. It is only read.
class OldStore {
 public:
  /// `sql` is borrowed. Errors: kNotFound, kUnusableStore (damaged, not a store, not closed and without its log, of a
  /// version that this program cannot read, or not the store that the backup was made of), kStoreUnavailable.
  [[nodiscard]] static Result<OldStore> attach(soci::session& sql, const std::filesystem::path& file);
  OldStore(OldStore&& other) noexcept;
  OldStore& operator=(OldStore&&) = delete;
  ~OldStore();

  /// Counts what happened since the backup. Errors: kUnusableStore, kStoreUnavailable.
  [[nodiscard]] Result<ChangesSinceBackup> changes_since_backup();

  /// Copies what must not be forgotten into the connection's database, in the caller's transaction: revocations, ended
  /// keys (also those of deleted orgs), ids that were given out, records of tokens, the audit, and the time of the
  /// newest record. Errors: as changes_since_backup().
  [[nodiscard]] Result<void> carry_over();

 private:
  OldStore(soci::session& sql, std::filesystem::path file);
  [[nodiscard]] tl::unexpected<Error> current_error() const;
  soci::session* sql_;
  std::filesystem::path file_;
};

}  // namespace libtoken::authority
