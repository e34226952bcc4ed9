#include "authority/store/store_state.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "authority/sealing/private_file.h"
#include "authority/store/sqlite_session.h"

namespace libtoken::authority {

bool is_lock_error(const soci::sqlite3_soci_error& error) noexcept {
  const int code = error.result() & 0xff;
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

Error current_store_error(const std::string& path) {
  const std::string file = shown_path(path);
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    // The low byte of an extended code is the primary code.
    const int code = error.result() & 0xff;
    if (code == SQLITE_NOTADB) return {ErrorKind::kUnusableStore, file + " is not a token store", 0};
    if (code == SQLITE_CORRUPT) {
      return {ErrorKind::kUnusableStore, "the store " + file + " is damaged: restore it from a backup", 0};
    }
    if (is_lock_error(error)) {
      return {ErrorKind::kStoreUnavailable, "another process keeps the store " + file + " locked", 0};
    }
    if (code == SQLITE_FULL) {
      return {ErrorKind::kStoreFull, "the disk of the store " + file + " is full: make room on it", 0};
    }
    // SOCI's own message would quote the statement and its values.
    return {ErrorKind::kStoreUnavailable,
            "the store " + file + " could not be read or written: " + sqlite_api::sqlite3_errstr(error.result()), 0};
  } catch (const std::exception&) {
    return {ErrorKind::kStoreUnavailable, "the store " + file + " could not be read or written", 0};
  }
}

void open_connection(soci::session& sql, const std::string& uri) {
  open_session(sql, ":memory:");
  sqlite_api::sqlite3* connection = nullptr;
  const int result =
      sqlite_api::sqlite3_open_v2(uri.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, nullptr);
  if (result != SQLITE_OK) {
    sqlite_api::sqlite3_close(connection);
    throw soci::sqlite3_soci_error("cannot open", result);
  }
  sqlite_api::sqlite3_busy_timeout(connection, kLockPatienceMs);
  sqlite_api::sqlite3_close(std::exchange(connection_in(sql), connection));
}

sqlite_api::sqlite3* connection_of(soci::session& sql) { return connection_in(sql); }

Result<void> check_in_place(const Store::State& state) {
  struct stat status {};
  if (::stat(state.path.c_str(), &status) == 0 && status.st_dev == state.device && status.st_ino == state.inode) {
    return {};
  }
  return fail(ErrorKind::kStoreUnavailable, "the store " + shown_path(state.path) + " was moved or replaced");
}

// The last connection to a store removes the write-ahead log, which it finds by the store's name, and records in the
// file that it has no log (a journal mode other than WAL), so that a store that lost its log can be told from one that
// was closed. Whoever places another file under this name (`store init`, `store restore`) holds the writer lock while
// doing so; holding it here keeps this connection from removing the log of that other file.
Store::State::~State() {
  if (!writer_lock) return;
  // A short wait is enough: whoever holds the lock longer is waiting for SQLite's lock and has a connection of its own,
  // so that this connection is not the last.
  constexpr int kMaxWaits = 20;
  const WriterLock::Guard guard(*writer_lock, kMaxWaits);
  try {
    if (is_opened && guard.is_held() && check_in_place(*this)) {
      sqlite_api::sqlite3_busy_handler(connection_of(sql), nullptr, nullptr);
      sql << "PRAGMA main.journal_mode = DELETE";
    }
  } catch (const std::exception&) {
    // Somebody else has the store open, and will do this when closing it.
  }
  try {
    sql.close();
    // Only the last connection removes the log. Who opens the store just now makes a queue of their own, or has this
    // one, which has lost its name; either way all have SQLite's lock.
    if (guard.is_held() && ::access((path + "-wal").c_str(), F_OK) != 0) writer_lock->remove_queue();
  } catch (const std::exception&) {
    // There is nothing left to do for a connection that does not close cleanly.
  }
}

Transaction::Transaction(soci::session& sql, const std::optional<WriterLock>& lock) : sql_(sql) {
  // Only the holder of the writer lock waits for SQLite's lock, and releases the writer lock as soon as it has that.
  std::optional<WriterLock::Turn> turn;
  std::optional<WriterLock::Guard> guard;
  if (lock) {
    // The guard is a lock on a folder, which any user can take who may read it: whoever keeps it must not keep writers
    // waiting, and without it SQLite's own lock is enough.
    constexpr int kMaxGuardWaits = 60;  // 30 ms
    turn.emplace(*lock);
    guard.emplace(*lock, kMaxGuardWaits);
  }
  sql_ << "BEGIN IMMEDIATE";
  if (lock) changes_before_ = sqlite_api::sqlite3_total_changes(connection_of(sql_));
}

Transaction::~Transaction() {
  if (committed_) return;
  try {
    sql_ << "ROLLBACK";
  } catch (const std::exception&) {
    // No memory for a statement, or SQLite has rolled it back already.
    sqlite_api::sqlite3_exec(connection_of(sql_), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  if (changes_before_ && sqlite_api::sqlite3_total_changes(connection_of(sql_)) != *changes_before_) {
    sql_ << "UPDATE settings SET revision = revision + 1, write_id = lower(hex(randomblob(8)))";
    sql_ << "INSERT INTO revisions (number, write_id) SELECT revision, write_id FROM settings";
    // has_in_history() cannot tell about revisions before these.
    sql_ << "DELETE FROM revisions WHERE number <= (SELECT revision FROM settings) - 4096";
  }
  sql_ << "COMMIT";
  committed_ = true;
}

Savepoint::~Savepoint() {
  if (kept_) return;
  try {
    sql_ << "ROLLBACK TO part";
    sql_ << "RELEASE part";
  } catch (const std::exception&) {
    // No memory, or the whole transaction was rolled back already. A part that cannot be taken back must not be
    // committed with the rest, so all of it goes, which takes no memory of ours.
    sqlite_api::sqlite3_exec(connection_of(sql_), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Savepoint::keep() {
  sql_ << "RELEASE part";
  kept_ = true;
}

bool was_rolled_back(Store::State& state) noexcept {
  return sqlite_api::sqlite3_get_autocommit(connection_of(state.sql)) != 0;
}

tl::unexpected<Error> batch_has_failed(const Store::State& state) {
  return fail(ErrorKind::kStoreUnavailable,
              "the store " + shown_path(state.path) + " could not be written: what was to be written with this failed");
}

void note_record(soci::session& sql, std::int64_t now_unix_s) {
  const long long now = now_unix_s;
  sql << "UPDATE settings SET newest_record = max(newest_record, :now)", soci::use(now);
}

Result<std::int64_t> newest_record(soci::session& sql) {
  constexpr long long kLastCalendarSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z
  long long newest = 0;
  sql << "SELECT newest_record FROM settings WHERE id = 1", soci::into(newest);
  if (newest < 0 || newest > kLastCalendarSecond) return damaged("its newest record is of no time that can be");
  return newest;
}

Result<void> remember_time(Store& store, std::int64_t unix_s) {
  return write_transaction(store, [unix_s](soci::session& sql) -> Result<void> {
    note_record(sql, unix_s);
    return {};
  });
}

StoreRevision store_revision(soci::session& sql) {
  StoreRevision revision;
  long long restores = 0;
  long long number = 0;
  sql << "SELECT identity, restores, revision, write_id FROM settings WHERE id = 1", soci::into(revision.identity),
      soci::into(restores), soci::into(number), soci::into(revision.write_id);
  revision.restores = restores;
  revision.number = number;
  return revision;
}

bool has_in_history(soci::session& sql, const StoreRevision& earlier) {
  const StoreRevision now = store_revision(sql);
  if (now.is_older_than(earlier)) return false;
  if (now.identity != earlier.identity || now.restores != earlier.restores) return true;
  const long long number = earlier.number;
  std::string write_id;
  sql << "SELECT write_id FROM revisions WHERE number = :number", soci::use(number), soci::into(write_id);
  return !sql.got_data() || write_id == earlier.write_id;
}

tl::unexpected<Error> damaged(const char* what) {
  return fail(ErrorKind::kUnusableStore, std::string("the store is damaged: ") + what);
}

Result<void> check_clock(soci::session& sql, std::int64_t now_unix_s) {
  constexpr std::int64_t kTolerance = std::chrono::seconds(kClockTolerance).count();
  const auto newest = newest_record(sql);
  if (!newest) return tl::unexpected(newest.error());
  if (now_unix_s >= *newest - kTolerance) return {};
  return fail(ErrorKind::kClock,
              "the clock is more than five minutes behind the store's newest record: set it right first");
}

}  // namespace libtoken::authority
