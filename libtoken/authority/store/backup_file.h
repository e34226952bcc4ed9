#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "authority/store/sql.h"
#include "authority/store/store_state.h"

// What makes a backup differ from a store: its application id, so that nobody can take it for one and put its old list
// of revocations to use unawares, and a table `backup` of one row that says when it was made.
namespace libtoken::authority {

/// PRAGMA application_id of every backup ("tokb").
inline constexpr std::int32_t kBackupApplicationId = 0x746f6b62;

/// Copies the database that `sql` has open, as of one moment, into `file`, which is there and empty. Throws what SOCI
/// throws.
void copy_database(soci::session& sql, const std::filesystem::path& file);

/// Makes a store's copy a backup, and a backup's copy a store again. Both throw what SOCI throws.
void mark_as_backup(soci::session& sql, std::int64_t made_unix_s);
void mark_as_store(soci::session& sql);

/// A backup, open for reading alone, that was found whole, and its keys opened.
struct OpenBackup {
  std::int64_t made_unix_s = 0;
  Store::State state;
};
/// Errors: as plan_restore().
[[nodiscard]] Result<std::unique_ptr<OpenBackup>> open_backup(const std::filesystem::path& backup,
                                                              const std::filesystem::path& kek_file);

}  // namespace libtoken::authority
