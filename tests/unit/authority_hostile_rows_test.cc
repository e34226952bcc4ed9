#include <array>
#include <string>
#include <vector>

#include "authority/keys/restore.h"
#include "authority/store/backup.h"
#include "authority_support.h"
#include "support/store_readers.h"

using namespace authority_test;

// A database that somebody changed by hand. Every column of every table is given values that no program of ours writes:
// whatever reads them must end in an error, or in an answer that is right and can be shown.

namespace {

struct Column {
  std::string table;
  std::string name;
  bool is_text = false;
};

const std::array<std::string, 6> kNumbers{"-9223372036854775808", "9223372036854775807", "-1", "0",
                                          "9007199254740992",     "253402300800"};
const std::array<std::string, 8> kTexts{
    "''",
    "'x'",
    "CAST(x'E280AE1B5B324A' AS TEXT)",  // U+202E, and what clears a terminal
    "CAST(x'61006200' AS TEXT)",        // with NUL bytes
    "CAST(x'FFFE80' AS TEXT)",          // no UTF-8
    "'\"}, \"allowed\": true, {\"'",    // JSON
    "'DROP'' TABLE'",
    "hex(zeroblob(40000))",
};

std::vector<Column> columns_of(const fs::path& file) {
  std::vector<Column> columns;
  const std::string all =
      run_sql(file,
              "SELECT group_concat(m.name || '.' || c.name || '.' || c.type, ',') FROM sqlite_schema m,"
              " pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'");
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(',', at), all.size());
    const std::string one = all.substr(at, end - at);
    const std::size_t first = one.find('.');
    const std::size_t last = one.rfind('.');
    columns.push_back({one.substr(0, first), one.substr(first + 1, last - first - 1), one.substr(last + 1) == "TEXT"});
    at = end + 1;
  }
  return columns;
}

/// The store of the example, to be copied as often as needed.
class Original {
 public:
  Original() : tokens_(support::fill_example(address_of(folder_ / "tokens.db"))) {}
  [[nodiscard]] fs::path file() const { return folder_ / "tokens.db"; }
  [[nodiscard]] const support::JudgedTokens& tokens() const { return tokens_; }
  [[nodiscard]] StoreAddress copy_to(const TemporaryFolder& folder) const {
    fs::copy_file(file(), folder / "tokens.db");
    fs::copy_file(file().string() + ".kek", folder / "tokens.db.kek");
    return address_of(folder / "tokens.db");
  }

 private:
  TemporaryFolder folder_;
  const support::JudgedTokens tokens_;
};

/// Whether the row that says that a token is revoked, or the one that its key is retired, can have gone with this
/// change.
bool is_what_ends_tokens(const Column& column) {
  return (column.table == "revocations" && column.name == "id") || column.table == "keys";
}

}  // namespace

TEST_CASE("a store changed by hand: hostile values in every column") {
  const Original original;
  const auto columns = columns_of(original.file());
  REQUIRE(columns.size() > 40);
  std::size_t opened = 0;
  std::size_t refused = 0;
  const auto check = [&](const Column& column, const std::string& value) {
    INFO(column.table << "." << column.name << " = " << value);
    const TemporaryFolder folder;
    const StoreAddress address = original.copy_to(folder);
    try {
      run_sql(folder / "tokens.db", "PRAGMA ignore_check_constraints = ON; UPDATE OR REPLACE " + column.table +
                                        " SET " + column.name + " = " + value);
    } catch (const std::exception&) {
      return;  // what the database itself does not hold
    }
    auto store = Store::open(address);
    if (!store) {
      ++refused;
      CHECK_NOTHROW(support::check_shown(store.error().message));
      return;
    }
    ++opened;
    CHECK_NOTHROW(support::read_all(*store, original.tokens(), is_what_ends_tokens(column)));
    CHECK_NOTHROW(support::check_all(*store));
    if (value != kTexts[2] && value != kNumbers[0] && value != kNumbers[1]) return;
    const auto backed_up = backup_store(*store, folder / "tokens.backup", support::kExampleTime);
    if (!backed_up) CHECK_NOTHROW(support::check_shown(backed_up.error().message));
    CHECK_NOTHROW(support::write_all(*store));
    if (!backed_up) return;
    const auto restored =
        restore_store(folder / "tokens.backup", {"sqlite:" + (folder / "new.db").string(), folder / "tokens.db.kek"},
                      RestoreWith::kAcceptedLostRevocations, std::nullopt, kAnn, support::kExampleTime);
    if (!restored) CHECK_NOTHROW(support::check_shown(restored.error().message));
  };
  for (const Column& column : columns) {
    if (column.is_text) {
      for (const std::string& value : kTexts) check(column, value);
    } else {
      for (const std::string& value : kNumbers) check(column, value);
    }
  }
  CHECK(opened > 100);
  CHECK(refused > 5);
}

TEST_CASE("a store changed by hand: what it must not be judged by") {
  const Original original;
  const auto message_after = [&](const std::string& statement) {
    const TemporaryFolder folder;
    const StoreAddress address = original.copy_to(folder);
    run_sql(folder / "tokens.db", "PRAGMA ignore_check_constraints = ON; " + statement);
    auto store = Store::open(address);
    if (!store) return checked_message(store.error(), ErrorKind::kUnusableStore);
    return error_of(Snapshot::load(*store), ErrorKind::kUnusableStore);
  };
  CHECK(contains(message_after("UPDATE settings SET newest_record = -9223372036854775808"), "newest record"));
  CHECK(contains(message_after("UPDATE settings SET newest_record = 9223372036854775807"), "newest record"));
  CHECK(contains(message_after("UPDATE settings SET location = char(8238)"), "is not a URL"));
  CHECK(contains(message_after("UPDATE keys SET kid = char(8238) WHERE state = 'active' AND org = 7"), "\\u202e"));
  CHECK(contains(message_after("UPDATE keys SET state = 'RETIRED' WHERE state = 'retired'"),
                 "a state that does not exist"));
  CHECK(contains(message_after("UPDATE keys SET org = 8, state = 'verifying' WHERE org = 7"), "does not open"));
  CHECK(contains(message_after("UPDATE orgs SET name = char(8238) WHERE id = 7"), "an org has"));
  CHECK(contains(message_after("UPDATE apps SET name = 'Arcadia' WHERE id = 71"), "an app has"));
  CHECK(contains(message_after("UPDATE apps SET org = -8 WHERE id = 71"), "an app has"));
  CHECK(contains(message_after("UPDATE revocations SET id = 'x'"), "damaged"));
}
