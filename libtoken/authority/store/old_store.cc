#include "authority/store/old_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "authority/sealing/private_file.h"
#include "authority/store/schema.h"
#include "authority/store/store_files.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

namespace fs = std::filesystem;

// The columns are named, because an old store of version 3 lacks some of them.
std::vector<std::string> carry_over_statements(long long old_version) {
  const std::string seen_only = old_version < 4 ? kSeenOnlyIn3 : "seen_only";
  const std::string maker_lost = old_version < 4 ? "0" : "maker_lost";
  std::vector<std::string> statements{
      "INSERT OR IGNORE INTO main.ids_given (kind, id) SELECT kind, id FROM old.ids_given",

      // All records, so that tokens are found when their holder leaves, and are revoked with their maker. Also those
      // whose key the backup does not have, because a later backup may have it.
      "INSERT INTO main.tokens (id, org, kid, profile, app, app_name, name, name_key, holder, holder_key, maker,"
      " local_user, not_after, created, last_used, seen_only, maker_lost)"
      " SELECT id, org, kid, profile, app, app_name, name, name_key, holder, holder_key, maker, local_user,"
      " CASE WHEN " +
          seen_only + " THEN NULL ELSE not_after END, created, last_used, " + seen_only + ", " + maker_lost +
          " FROM old.tokens WHERE id NOT IN (SELECT id FROM main.tokens)",
      "UPDATE main.tokens SET maker_lost = 1 WHERE maker IS NOT NULL AND maker NOT IN (SELECT id FROM main.tokens)",

      "INSERT OR IGNORE INTO main.revocations (id, created) SELECT id, created FROM old.revocations",

      "INSERT INTO main.audit (number, at, token, holder, local_user, peer, action, refused, org, object, detail)"
      " SELECT number, at, token, holder, local_user, peer, action, refused, org, object, detail FROM old.audit"
      " WHERE number > (SELECT coalesce(max(number), 0) FROM main.audit)",

      "UPDATE main.settings SET newest_record = max(newest_record, (SELECT newest_record FROM old.settings))",
  };
  const auto add = [&](const char* since_4, const char* in_3) {
    statements.emplace_back(old_version < 4 ? in_3 : since_4);
  };
  add("INSERT OR IGNORE INTO main.keys_given SELECT kid, org FROM old.keys_given",
      "INSERT OR IGNORE INTO main.keys_given SELECT kid, org FROM old.keys");
  add("INSERT OR IGNORE INTO main.ended_keys SELECT kid FROM old.ended_keys",
      "INSERT OR IGNORE INTO main.ended_keys SELECT kid FROM old.keys WHERE state = 'retired'");
  add("INSERT OR IGNORE INTO main.deleted SELECT kind, id FROM old.deleted",
      "INSERT OR IGNORE INTO main.deleted SELECT kind, id FROM old.ids_given WHERE kind = 'org' AND id NOT IN"
      " (SELECT id FROM old.orgs) OR kind = 'app' AND id NOT IN (SELECT id FROM old.apps)");
  // What was deleted since the backup must not come back, because tokens without a record may exist that name its id.
  for (const char* statement :
       {"INSERT OR IGNORE INTO main.ended_keys SELECT kid FROM main.keys_given WHERE org IN"
        " (SELECT id FROM main.deleted WHERE kind = 'org')",
        "DELETE FROM main.apps WHERE id IN (SELECT id FROM main.deleted WHERE kind = 'app') OR org IN"
        " (SELECT id FROM main.deleted WHERE kind = 'org')",
        "DELETE FROM main.keys WHERE org IN (SELECT id FROM main.deleted WHERE kind = 'org')",
        "DELETE FROM main.orgs WHERE id IN (SELECT id FROM main.deleted WHERE kind = 'org')",
        "UPDATE main.keys SET state = 'retired' WHERE kid IN (SELECT kid FROM main.ended_keys)"}) {
    statements.emplace_back(statement);
  }
  // A daemon that has decided by the old store takes this one for a later state of it.
  statements.push_back(old_version < 4 ? "UPDATE main.settings SET restores = restores + 1"
                                       : "UPDATE main.settings SET identity = (SELECT identity FROM old.settings),"
                                         " restores = max(restores, (SELECT restores FROM old.settings)) + 1");
  return statements;
}

tl::unexpected<Error> unusable(const fs::path& file, const std::string& why) {
  return fail(ErrorKind::kUnusableStore, "the old store " + shown_path(file) + " cannot be used: " + why);
}

Result<void> check_regular(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return fail(ErrorKind::kNotFound, "there is no old store " + shown_path(file));
    }
    return fail(ErrorKind::kStoreUnavailable,
                "the old store " + shown_path(file) + " could not be read: " + errno_text(errno));
  }
  if (!S_ISREG(status.st_mode)) return unusable(file, "it is not a regular file");
  return {};
}

long long number(soci::session& sql, const char* query) {
  long long value = 0;
  sql << query, soci::into(value);
  return value;
}

// Whether the file says that it has a write-ahead log (https://www.sqlite.org/fileformat2.html §1.3.3), as a store does
// from when it is opened until it is closed.
bool says_it_has_a_log(soci::session& sql) {
  sqlite_api::sqlite3_file* file = nullptr;
  std::array<std::uint8_t, 2> versions{};
  return sqlite_api::sqlite3_file_control(connection_of(sql), "old", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
         file->pMethods != nullptr && file->pMethods->xRead(file, versions.data(), 2, 18) == SQLITE_OK &&
         (versions[0] == 2 || versions[1] == 2);
}

Result<void> check_origin(soci::session& sql, const fs::path& file) {
  if (number(sql, "PRAGMA old.application_id") != kStoreApplicationId) return unusable(file, "it is not a token store");
  const long long version = number(sql, "PRAGMA old.user_version");
  if (version < kFirstVersionWithAudit || version > newest_schema_version()) {
    return unusable(file, "this program cannot read its version, " + std::to_string(version));
  }
  // The newest audit entry of the backup must be in the old store.
  const long long differences =
      number(sql,
             "SELECT count(*) FROM (SELECT * FROM main.audit ORDER BY number DESC LIMIT 1) AS ours WHERE NOT EXISTS"
             " (SELECT 1 FROM old.audit AS theirs WHERE theirs.number = ours.number AND theirs.at = ours.at"
             " AND theirs.action = ours.action AND theirs.object = ours.object)") +
      number(sql,
             "SELECT count(*) FROM main.settings AS ours, old.settings AS theirs"
             " WHERE ours.location <> theirs.location");
  if (differences != 0) return unusable(file, "it is not the one that the backup was made of");
  return {};
}

}  // namespace

OldStore::OldStore(soci::session& sql, fs::path file) : sql_(&sql), file_(std::move(file)) {}
OldStore::OldStore(OldStore&& other) noexcept
    : sql_(std::exchange(other.sql_, nullptr)), file_(std::move(other.file_)) {}

OldStore::~OldStore() {
  if (sql_ == nullptr) return;
  try {
    *sql_ << "DETACH old";
  } catch (const std::exception&) {
    // It is detached when the connection closes.
  }
}

Result<OldStore> OldStore::attach(soci::session& sql, const fs::path& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error);
  if (error) return fail(ErrorKind::kStoreUnavailable, "the working directory cannot be found: " + error.message());
  if (auto regular = check_regular(absolute); !regular) return tl::unexpected(regular.error());
  OldStore old(sql, absolute);
  try {
    // Without a log nobody has the store open, so that SQLite need not make files beside it.
    const bool is_closed = ::access((absolute.native() + "-wal").c_str(), F_OK) != 0;
    const std::string uri = database_uri(absolute, is_closed ? "mode=ro&immutable=1" : "mode=ro");
    sql << "ATTACH :uri AS old", soci::use(uri);
    // A store of version 3 does not say whether it was closed.
    if (is_closed && number(sql, "PRAGMA old.application_id") == kStoreApplicationId &&
        number(sql, "PRAGMA old.user_version") >= 4 && says_it_has_a_log(sql)) {
      return unusable(absolute,
                      "it was not closed, and its write-ahead log, which has the last revocations, is missing: move "
                      "the log to " +
                          shown_path(absolute.native() + "-wal"));
    }
    if (auto good = check_origin(sql, absolute); !good) return tl::unexpected(good.error());
  } catch (const std::exception&) {
    return old.current_error();
  }
  return old;
}

tl::unexpected<Error> OldStore::current_error() const {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    const int code = error.result() & 0xff;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) return unusable(file_, "it is damaged");
    if (code == SQLITE_ERROR) return unusable(file_, "it does not have the tables of a store");
    return fail(ErrorKind::kStoreUnavailable,
                "with the old store " + shown_path(file_) + ": " + sqlite_api::sqlite3_errstr(error.result()));
  } catch (const std::exception&) {
    return unusable(file_, "it does not have the tables of a store");
  }
}

Result<ChangesSinceBackup> OldStore::changes_since_backup() {
  try {
    ChangesSinceBackup changes;
    const std::string since =
        " FROM old.audit WHERE refused = 0 AND number >"
        " (SELECT coalesce(max(number), 0) FROM main.audit) AND action ";
    changes.issued = static_cast<std::size_t>(number(*sql_, ("SELECT count(*)" + since + "= 'mint'").c_str()));
    changes.revoked = static_cast<std::size_t>(
        number(*sql_, "SELECT count(*) FROM old.revocations WHERE id NOT IN (SELECT id FROM main.revocations)"));
    changes.others =
        static_cast<std::size_t>(number(*sql_, ("SELECT count(*)" + since + "NOT IN ('mint', 'revoke')").c_str()));
    return changes;
  } catch (const std::exception&) {
    return current_error();
  }
}

Result<void> OldStore::carry_over() {
  try {
    const long long version = number(*sql_, "PRAGMA old.user_version");
    for (const std::string& statement : carry_over_statements(version)) *sql_ << statement;
    if (version < kFirstVersionWithTheseKeys) fill_label_keys(*sql_);
    fill_first_makers(*sql_);
    return {};
  } catch (const std::exception&) {
    return current_error();
  }
}

}  // namespace libtoken::authority
