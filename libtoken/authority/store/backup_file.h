#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "authority/store/sql.h"
#include "authority/store/store_state.h"

// A backup is a copy of a store with two differences. It has another application id, so that it cannot be opened as a
// store, with its outdated revocations, by mistake. And it has a table `backup` with one row, the time when it was
// made.
namespace libtoken::authority {

/// PRAGMA application_id of every backup ("tokb").
inline constexpr std::int32_t kBackupApplicationId = 0x746f6b62;

/// Copies the database that `sql` has open, as of one moment, into `file`, which exists and is empty. Throws what SOCI
/// throws.
void copy_database(soci::session& sql, const std::filesystem::path& file);

/// Turns a copy of a store into a backup, and a copy of a backup into a store. Both throw what SOCI throws.
void mark_as_backup(soci::session& sql, std::int64_t made_unix_s);
void mark_as_store(soci::session& sql);

/// A backup that is open for reading, and that passed the checks of open_backup().
struct OpenBackup {
  std::int64_t made_unix_s = 0;
  Store::State state;
};
/// Opens a backup and checks that it is undamaged and that its keys open. Errors: kNotFound, kUnusableStore (not a
/// backup, of a newer version, damaged, or its keys do not open with the key file), kUnusableKeyFile,
/// kStoreUnavailable.
[[nodiscard]] Result<std::unique_ptr<OpenBackup>> open_backup(const std::filesystem::path& backup,
                                                              const std::filesystem::path& kek_file);

}  // namespace libtoken::authority
