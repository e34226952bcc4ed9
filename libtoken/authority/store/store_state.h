#pragma once

#include <sys/types.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>

#include "authority/sealing/key_encryption_key.h"
#include "authority/store/sql.h"
#include "authority/store/store.h"
#include "authority/store/store_revision.h"
#include "authority/store/writer_lock.h"

namespace libtoken::authority {

class Transaction;

struct Store::State {
  std::string path;
  std::filesystem::path kek_file;
  KeyEncryptionKeys keks;  // as last read from `kek_file`
  std::string location;
  dev_t device = 0;  // `device` and `inode` identify the file that was opened
  ino_t inode = 0;
  soci::session sql;
  std::optional<WriterLock> writer_lock;  // nothing for a database that no other process uses
  bool is_opened = false;                 // Store::open() has succeeded, so the destructor closes the file as a store
  Transaction* batch = nullptr;           // of the WriteBatch that lives; not owned

  ~State();
};

/// Opens a session on a database_uri(), for reading and writing as the URI says. It does not use SOCI's connect string,
/// whose parser never ends when memory runs out. Throws what SOCI throws.
void open_connection(soci::session& sql, const std::string& uri);
/// SQLite's handle of a connection, which SOCI owns.
[[nodiscard]] sqlite_api::sqlite3* connection_of(soci::session& sql);
/// Checks that the file that was opened still has its name. Error: kStoreUnavailable.
[[nodiscard]] Result<void> check_in_place(const Store::State& state);

/// Whether the error means that another connection holds a lock on the database, so that trying again may help.
[[nodiscard]] bool is_lock_error(const soci::sqlite3_soci_error& error) noexcept;

/// The error for the exception that is being handled; call it in a catch block. kUnusableStore (damaged, or not a
/// database) or kStoreUnavailable. The message names the file, and never a statement or its values.
[[nodiscard]] Error current_store_error(const std::string& path);

/// A transaction, which the destructor rolls back unless commit() was called.
class Transaction {
 public:
  /// For reading: everything is read as of one moment.
  explicit Transaction(soci::session& sql) : sql_(sql) { sql_ << "BEGIN"; }
  /// For writing. It takes SQLite's write lock at once, because SQLite does not wait for a write lock that a
  /// transaction asks for after it has read something. `lock`: the store's writer lock, or nothing for a database that
  /// no other process uses and that keeps no revisions.
  Transaction(soci::session& sql, const std::optional<WriterLock>& lock);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  /// A write that has changed something also gives the store its next revision.
  void commit();

 private:
  soci::session& sql_;
  std::optional<int> changes_before_;  // for writes that count revisions: SQLite's count of changes at the beginning
  bool committed_ = false;
};

/// A part of a transaction, which the destructor takes back unless keep() was called.
class Savepoint {
 public:
  explicit Savepoint(soci::session& sql) : sql_(sql) { sql_ << "SAVEPOINT part"; }
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();
  void keep();

 private:
  soci::session& sql_;
  bool kept_ = false;
};

/// Whether the transaction that was begun is over, because SQLite rolled it back when something failed.
[[nodiscard]] bool was_rolled_back(Store::State& state) noexcept;
/// The error kStoreUnavailable for what comes after that.
[[nodiscard]] tl::unexpected<Error> batch_has_failed(const Store::State& state);

/// Runs `work(soci::session&)`, which returns a Result, in one transaction. It is committed if the result has a value,
/// and rolled back on an error or an exception; exceptions become errors here. `how`: the Transaction's other
/// arguments.
template <class Work, class... How>
auto in_transaction(Store::State& state, Work&& work, const How&... how) -> std::invoke_result_t<Work, soci::session&> {
  try {
    Transaction transaction(state.sql, how...);
    auto result = work(state.sql);
    if (result) transaction.commit();
    return result;
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(state.path));
  }
}

/// The same in the transaction of the WriteBatch that lives.
template <class Work>
auto in_batch(Store::State& state, Work&& work) -> std::invoke_result_t<Work, soci::session&> {
  if (was_rolled_back(state)) return batch_has_failed(state);
  try {
    Savepoint savepoint(state.sql);
    auto result = work(state.sql);
    if (result) savepoint.keep();
    return result;
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(state.path));
  }
}

template <class Work>
auto read_transaction(Store& store, Work&& work) {
  if (store.state().batch != nullptr) return in_batch(store.state(), work);
  return in_transaction(store.state(), work);
}

template <class Work>
auto write_transaction(Store& store, Work&& work) {
  if (store.state().batch != nullptr) return in_batch(store.state(), work);
  return in_transaction(store.state(), work, store.state().writer_lock);
}

/// Makes this the time of the store's newest record, unless that is later. Every write to the registry calls it.
void note_record(soci::session& sql, std::int64_t now_unix_s);
/// The time of the newest record; 0 in a new store. Error: kUnusableStore (it is before 1970, or after the year 9999).
[[nodiscard]] Result<std::int64_t> newest_record(soci::session& sql);
[[nodiscard]] StoreRevision store_revision(soci::session& sql);
/// Whether `earlier` is in the store's history, or so many writes ago (more than 4 096) that it may be. False if the
/// store has gone back behind it, or has another history. True for a revision of another store.
[[nodiscard]] bool has_in_history(soci::session& sql, const StoreRevision& earlier);

/// Errors: kClock (the clock is more than kClockTolerance behind the newest record), those of newest_record().
[[nodiscard]] Result<void> check_clock(soci::session& sql, std::int64_t now_unix_s);

/// The error kUnusableStore for rows that say what no program of ours writes. `what` ends the sentence.
[[nodiscard]] tl::unexpected<Error> damaged(const char* what);

}  // namespace libtoken::authority
