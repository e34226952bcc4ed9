#include "authority/store/backup_file.h"

#include <sys/stat.h>

#include <cerrno>

#include "authority/sealing/private_file.h"
#include "authority/store/check_rows.h"
#include "authority/store/schema.h"
#include "authority/store/store_files.h"
#include "authority/store/store_sealing.h"

namespace libtoken::authority {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> no_backup(const fs::path& file) {
  return fail(ErrorKind::kUnusableStore, shown_path(file) + " is not a backup made by tokenctl store backup");
}

tl::unexpected<Error> damaged_backup(const fs::path& file, const std::string& how) {
  return fail(ErrorKind::kUnusableStore, "the backup " + shown_path(file) + " is damaged: " + how);
}

// The error for the exception being handled, while a backup is read.
tl::unexpected<Error> current_reading_error(const fs::path& file) {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    const int code = error.result() & 0xff;
    if (code == SQLITE_NOTADB) return no_backup(file);
    const std::string what = sqlite_api::sqlite3_errstr(error.result());
    if (code == SQLITE_CORRUPT) return damaged_backup(file, what);
    if (code == SQLITE_ERROR) return damaged_backup(file, "it does not have the tables of a backup");
    return fail(ErrorKind::kStoreUnavailable, "the backup " + shown_path(file) + " could not be read: " + what);
  } catch (const std::exception&) {
    return damaged_backup(file, "it does not have the tables of a backup");
  }
}

Result<void> check_regular(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return fail(ErrorKind::kNotFound, "there is no backup " + shown_path(file));
    return fail(ErrorKind::kStoreUnavailable,
                "the backup " + shown_path(file) + " could not be read: " + errno_text(errno));
  }
  if (!S_ISREG(status.st_mode)) return no_backup(file);
  return {};
}

Result<void> check_stamp(soci::session& sql, const fs::path& file) {
  const SchemaStamp stamp = read_schema_stamp(sql);
  if (stamp.application_id != kBackupApplicationId || stamp.version < kFirstVersionWithAudit) return no_backup(file);
  if (stamp.version > newest_schema_version()) {
    return fail(ErrorKind::kUnusableStore, "the backup " + shown_path(file) + " is of version " +
                                               std::to_string(stamp.version) +
                                               ", and this program knows versions up to " +
                                               std::to_string(newest_schema_version()) + ": use a newer program");
  }
  return {};
}

Result<void> check_backup(OpenBackup& backup, const fs::path& file) {
  soci::session& sql = backup.state.sql;
  if (auto good = check_stamp(sql, file); !good) return good;
  if (const auto faults = file_faults(sql); !faults.empty()) return damaged_backup(file, faults.front());
  long long made = 0;
  sql << "SELECT made FROM backup", soci::into(made);
  if (!sql.got_data()) return damaged_backup(file, "it does not say when it was made");
  backup.made_unix_s = made;
  std::string check;
  sql << "SELECT location, kek_check FROM settings WHERE id = 1", soci::into(backup.state.location), soci::into(check);
  if (!sql.got_data()) return damaged_backup(file, "it has lost its settings");
  if (sealer_of_check(backup.state.keks, check) == nullptr) {
    return fail(ErrorKind::kUnusableStore, "the backup " + shown_path(file) +
                                               " was made under a key-encryption key that the file " +
                                               shown_path(backup.state.kek_file) +
                                               " does not hold: name the key file of that time with --kek-file");
  }
  if (const auto faults = key_faults(sql, backup.state); !faults.empty()) return damaged_backup(file, faults.front());
  return {};
}

}  // namespace

void copy_database(soci::session& sql, const fs::path& file) {
  const std::string name = file.native();
  // VACUUM INTO reads in one transaction, which with a write-ahead log keeps nobody from writing, and it does not copy
  // the remains of deleted rows.
  sql << "VACUUM INTO :file", soci::use(name);
}

void mark_as_backup(soci::session& sql, std::int64_t made_unix_s) {
  const long long made = made_unix_s;
  sql << "CREATE TABLE backup (made INTEGER NOT NULL) STRICT";
  sql << "INSERT INTO backup (made) VALUES (:made)", soci::use(made);
  // A pragma takes no parameters.
  sql << "PRAGMA application_id = " + std::to_string(kBackupApplicationId);
}

void mark_as_store(soci::session& sql) {
  sql << "DROP TABLE backup";
  sql << "PRAGMA application_id = " + std::to_string(kStoreApplicationId);
}

Result<std::unique_ptr<OpenBackup>> open_backup(const fs::path& backup, const fs::path& kek_file) {
  std::error_code error;
  const fs::path file = fs::absolute(backup, error);
  if (error) return fail(ErrorKind::kStoreUnavailable, "the working directory cannot be found: " + error.message());
  if (auto regular = check_regular(file); !regular) return tl::unexpected(regular.error());
  auto keks = KeyEncryptionKeys::load(kek_file);
  if (!keks) return tl::unexpected(keks.error());
  auto opened = std::unique_ptr<OpenBackup>(
      new OpenBackup{0, {file.native(), kek_file, std::move(*keks), {}, 0, 0, {}, {}, false}});
  try {
    // Immutable, so that SQLite writes nothing beside the backup, which may be on a read-only medium.
    open_connection(opened->state.sql, database_uri(file, "mode=ro&immutable=1"));
    if (auto good = check_backup(*opened, file); !good) return tl::unexpected(good.error());
  } catch (const std::exception&) {
    return current_reading_error(file);
  }
  return opened;
}

}  // namespace libtoken::authority
