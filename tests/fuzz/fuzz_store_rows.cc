// A database changed by hand: the input says which columns of which rows get which values. Reading ends in errors, or
// in what can be shown and judged by.
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>
#include <string>
#include <vector>

#include "authority/store/store.h"
#include "rebuild.h"
#include "support/store_readers.h"

namespace {

using libtoken::authority::Store;

struct Column {
  std::string table;
  std::string name;
  bool is_text = false;
};

/// Where such files are in memory, if there is such a place.
std::string temporary_folder() {
  for (const char* parent : {"/dev/shm", "/tmp"}) {
    std::string name = std::string(parent) + "/fuzz-store-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) return name;
  }
  std::abort();
}

/// A store of which a copy is kept, so that what is changed can be undone.
class ChangedStore {
 public:
  ChangedStore()
      : folder_(temporary_folder()),
        tokens_(support::fill_example({"sqlite:" + folder_ + "/tokens.db", std::nullopt})),
        store_(std::move(*Store::open({"sqlite:" + folder_ + "/tokens.db", std::nullopt}))) {
    fuzz::must(sqlite3_open((folder_ + "/tokens.db").c_str(), &database_) == SQLITE_OK, "the store does not open");
    run("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
        " VACUUM INTO '" +
        folder_ + "/original'; ATTACH '" + folder_ + "/original' AS original");
    read_columns();
  }
  ~ChangedStore() {
    sqlite3_close(database_);
    for (const char* name :
         {"/tokens.db", "/tokens.db.kek", "/tokens.db-wal", "/tokens.db-shm", "/tokens.db-turns", "/original"}) {
      ::unlink((folder_ + name).c_str());
    }
    ::rmdir(folder_.c_str());
  }
  ChangedStore(const ChangedStore&) = delete;
  ChangedStore& operator=(const ChangedStore&) = delete;

  void check(libtoken::ByteView changes) {
    const bool looks_through = changes.size() % 16 == 0;  // which is slow
    bool ends_tokens = false;
    std::set<std::string> tables;
    run("BEGIN");
    while (changes.size() >= 3) {
      const Column& column = columns_[changes[0] % columns_.size()];
      const int row = changes[1] % 4;
      const std::size_t length = std::min<std::size_t>(changes.size() - 3, changes[2]);
      if (change(column, row, changes.subspan(3, length))) tables.insert(column.table);
      ends_tokens = ends_tokens || column.table == "keys" || column.table == "revocations";
      changes = changes.subspan(3 + length);
    }
    run("COMMIT");
    try {
      support::read_all(store_, tokens_, ends_tokens);
      if (looks_through) support::check_all(store_);
    } catch (const std::exception& error) {
      fuzz::must(false, error.what());
    }
    std::string undo = "BEGIN;";
    for (const std::string& table : tables) {
      undo += "DELETE FROM main." + table + "; INSERT INTO main." + table + " SELECT * FROM original." + table + ";";
    }
    run(undo + "COMMIT");
  }

 private:
  void run(const std::string& statements) {
    char* message = nullptr;
    if (sqlite3_exec(database_, statements.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
    std::fprintf(stderr, "%s: %s\n", statements.c_str(), message);
    std::abort();
  }

  void read_columns() {
    sqlite3_stmt* rows = nullptr;
    sqlite3_prepare_v2(database_,
                       "SELECT m.name, c.name, c.type = 'TEXT' FROM sqlite_schema m, pragma_table_info(m.name) c"
                       " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
                       -1, &rows, nullptr);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      const auto text = [&](int i) { return reinterpret_cast<const char*>(sqlite3_column_text(rows, i)); };
      columns_.push_back({text(0), text(1), sqlite3_column_int(rows, 2) != 0});
    }
    sqlite3_finalize(rows);
    fuzz::must(columns_.size() > 40 && columns_.size() < 256, "the store has hardly any columns, or too many");
  }

  /// Sets the column of one row, or of all if there is none with this number. False: the database does not hold that.
  bool change(const Column& column, int row, libtoken::ByteView value) {
    const std::string where = " WHERE " + column.name + " IN (SELECT " + column.name + " FROM " + column.table +
                              " LIMIT 1 OFFSET " + std::to_string(row) + ")";
    const std::string statement = "UPDATE OR IGNORE " + column.table + " SET " + column.name + " = ?" + where;
    sqlite3_stmt* update = nullptr;
    fuzz::must(sqlite3_prepare_v2(database_, statement.c_str(), -1, &update, nullptr) == SQLITE_OK, "no such column");
    if (column.is_text) {
      sqlite3_bind_text(update, 1, reinterpret_cast<const char*>(value.data()), static_cast<int>(value.size()),
                        SQLITE_STATIC);
    } else {
      std::int64_t number = 0;
      for (std::size_t i = 0; i < value.size() && i < 8; ++i) {
        number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8 | value[i]);
      }
      sqlite3_bind_int64(update, 1, number);
    }
    const bool done = sqlite3_step(update) == SQLITE_DONE;
    sqlite3_finalize(update);
    return done;
  }

  const std::string folder_;
  const support::JudgedTokens tokens_;
  Store store_;
  sqlite3* database_ = nullptr;
  std::vector<Column> columns_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ChangedStore store;
  if (size <= 512) store.check({data, size});
  return 0;
}
