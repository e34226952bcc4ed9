#pragma once

#include <sys/types.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>

#include "authority/key_encryption_key.h"
#include "authority/sql.h"
#include "authority/store.h"
#include "authority/store_revision.h"
#include "authority/write_turn.h"

namespace libtoken::authority {

struct Store::State {
  std::string path;
  std::filesystem::path kek_file;
  KeyEncryptionKeys keks;
  std::string location;
  dev_t device = 0;  // with `inode`: which file it was that was opened
  ino_t inode = 0;
  soci::session sql;
  std::optional<WriteTurns> turns;  // nothing: no one else knows of this database
  bool is_opened = false;           // whole, so that it is to be closed as a store is

  ~State();
};

/// Opens a session of a database_uri(). SOCI looks for values in what it is told to open, and where there is no memory to
/// read them with it never comes to an end: it is told nothing. Throws as it does.
void open_connection(soci::session& sql, const std::string& uri);
/// SQLite's own handle.
[[nodiscard]] sqlite_api::sqlite3* connection_of(soci::session& sql);
/// The file that was opened still has its name. Error: kStoreUnavailable.
[[nodiscard]] Result<void> check_in_place(const Store::State& state);

/// How the sentence of current_store_error() begins where somebody else has the store locked.
inline constexpr const char* kLockedStore = "another process keeps the store ";

/// What the exception in flight comes to. Call it in a catch block. The sentence names the file, and never a statement
/// or its values. kUnusableStore (damaged, or no database) or kStoreUnavailable.
[[nodiscard]] Error current_store_error(const std::string& path);

/// A transaction that is undone unless it was committed.
class Transaction {
 public:
  /// For reading: everything that is read is of one moment.
  explicit Transaction(soci::session& sql) : sql_(sql) { sql_ << "BEGIN"; }
  /// For writing, once it is this one's turn. The write lock is taken first: one that was taken on the way could not be
  /// waited for once something had been read.
  Transaction(soci::session& sql, const std::optional<WriteTurns>& turns);
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
  return in_transaction(store.state(), work, store.state().turns);
}

/// Every write says when it was made (see Snapshot::newest_record_unix_s).
void note_record(soci::session& sql, std::int64_t now_unix_s);
[[nodiscard]] std::int64_t newest_record(soci::session& sql);
[[nodiscard]] StoreRevision store_revision(soci::session& sql);
/// The store's history has this state in it, or is too long since it to tell. False: it is another history, or has gone back.
[[nodiscard]] bool has_in_history(soci::session& sql, const StoreRevision& earlier);

}  // namespace libtoken::authority
