#include "authority/store/backup.h"

#include "authority/sealing/private_file.h"
#include "authority/store/backup_file.h"
#include "authority/store/store_files.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

namespace fs = std::filesystem;

// The error for the exception being handled, while a backup is written. A full disk or a read-only folder is the
// backup's, because the store is only read.
Error current_backup_error(const std::string& store, const fs::path& backup) {
  Error error = current_store_error(store);
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& cause) {
    const int code = cause.result() & 0xff;
    if (code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY) {
      error.message =
          "the backup " + shown_path(backup) + " could not be written: " + sqlite_api::sqlite3_errstr(cause.result());
    }
  } catch (const std::exception&) {
    // `error` is about the store already.
  }
  return error;
}

Result<void> write_backup(Store& store, const fs::path& unfinished, const fs::path& backup, std::int64_t made_unix_s) {
  try {
    copy_database(store.state().sql, unfinished);
    soci::session copy;
    open_connection(copy, database_uri(unfinished, "mode=rw"));
    Transaction transaction(copy, std::nullopt);
    mark_as_backup(copy, made_unix_s);
    transaction.commit();
    return {};
  } catch (const std::exception&) {
    return tl::unexpected(current_backup_error(store.path(), backup));
  }
}

}  // namespace

Result<void> backup_store(Store& store, const fs::path& file, std::int64_t now_unix_s) {
  std::error_code error;
  // An absolute path, because SQLite takes a name that begins with `file:` for a URI.
  const fs::path backup = fs::absolute(file, error);
  if (error) return fail(ErrorKind::kStoreUnavailable, "the working directory cannot be found: " + error.message());
  if (auto absent = check_absent(backup); !absent) return absent;
  if (!fs::is_directory(backup.parent_path(), error))
    return fail(ErrorKind::kStoreUnavailable,
                "there is no folder " + shown_path(backup.parent_path()) + " for the backup");
  const fs::path unfinished = unfinished_name(backup);
  auto made = write_new_private_file(unfinished, "");
  if (!made) return made;
  made = write_backup(store, unfinished, backup, now_unix_s);
  if (made) made = move_without_overwriting(unfinished, backup);
  if (!made) remove_database(unfinished);
  return made;
}

}  // namespace libtoken::authority
