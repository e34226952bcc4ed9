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

struct Store::State {
  std::string path;
  std::filesystem::path kek_file;
  KeyEncryptionKeys keks;
  std::string location;
  dev_t device = 0;  // `device` and `inode` identify the file that was opened
  ino_t inode = 0;
  soci::session sql;
  std::optional<WriterLock> writer_lock;  // nothing for a database that no other process uses
  bool is_opened = false;  // Store::open() has succeeded, so the destructor closes the file as a store

  ~State();
};

/// Opens a session of a database_uri(). SOCI looks for values in what it is told to open, and where there is no memory to
/// read them with it never comes to an end: it is told nothing. Throws as it does.
void open_connection(soci::session& sql, const std::string& uri);
/// SQLite's own handle.
[[nodiscard]] sqlite_api::sqlite3* connection_of(soci::session& sql);
/// The file that was opened still has its name. Error: kStoreUnavailable.
[[nodiscard]] Result<void> check_in_place(const Store::State& state);

/// Whether the error means that another connection holds a lock on the database, so that trying again may help.
[[nodiscard]] bool is_lock_error(const soci::sqlite3_soci_error& error) noexcept;

/// What the exception in flight comes to. Call it in a catch block. The sentence names the file, and never a statement
/// or its values. kUnusableStore (damaged, or no database) or kStoreUnavailable.
[[nodiscard]] Error current_store_error(const std::string& path);

/// A transaction that is undone unless it was committed.
class Transaction {
 public:
  /// For reading: everything that is read is of one moment.
  explicit Transaction(soci::session& sql) : sql_(sql) { sql_ << "BEGIN"; }
  /// For writing. It takes SQLite's write lock at once, because SQLite does not wait for a write lock that a transaction
  /// asks for after it has read something. `lock`: the store's writer lock, or nothing for a database that no other
  /// process uses and that keeps no revisions.
  Transaction(soci::session& sql, const std::optional<WriterLock>& lock);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  /// A write that has changed anything gives the store its next revision.
  void commit();

 private:
  soci::session& sql_;
  std::optional<int> changes_before_;  // of a write to a store
  bool committed_ = false;
};

/// Runs `work(soci::session&)`, which returns a Result, in one transaction: committed if it has a value, undone if it
/// has an error or throws. SOCI's exceptions end here. `how`: what a Transaction is begun with besides the session.
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

template <class Work>
auto read_transaction(Store& store, Work&& work) {
  return in_transaction(store.state(), work);
}

template <class Work>
auto write_transaction(Store& store, Work&& work) {
  return in_transaction(store.state(), work, store.state().writer_lock);
}

/// Every write says when it was made (see Snapshot::newest_record_unix_s).
void note_record(soci::session& sql, std::int64_t now_unix_s);
[[nodiscard]] std::int64_t newest_record(soci::session& sql);
[[nodiscard]] StoreRevision store_revision(soci::session& sql);
/// The store's history has this state in it, or is too long since it to tell. False: it is another history, or has gone back.
[[nodiscard]] bool has_in_history(soci::session& sql, const StoreRevision& earlier);

/// Error: kClock (the clock is more than kClockTolerance behind the newest record).
[[nodiscard]] Result<void> check_clock(soci::session& sql, std::int64_t now_unix_s);

/// The error kUnusableStore for rows that say what no program of ours writes. `what` ends the sentence.
[[nodiscard]] tl::unexpected<Error> damaged(const char* what);

}  // namespace libtoken::authority
