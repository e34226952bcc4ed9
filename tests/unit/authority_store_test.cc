#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "authority_support.h"
#include "libtoken/bytes.h"

using namespace authority_test;

TEST_CASE("init makes the store and its key file, for their owner alone") {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  const auto made = Store::init(address_of(folder / "tokens.db"), "https://tokens.arcadia.example/v1");
  ::umask(before);
  REQUIRE(made);
  CHECK(made->location() == "https://tokens.arcadia.example/v1");
  CHECK(made->path() == (folder / "tokens.db").native());
  CHECK(mode_of(folder / "tokens.db") == 0600);
  CHECK(mode_of(folder / "tokens.db.kek") == 0600);
  CHECK(content_of(folder / "tokens.db.kek").starts_with("tokens-kek-1:"));
}

TEST_CASE("init makes its files 0600 under a umask that forbids everything") {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0777);
  const auto made = Store::init(address_of(folder / "tokens.db"), kDefaultLocation);
  ::umask(before);
  REQUIRE(made);
  CHECK(mode_of(folder / "tokens.db") == 0600);
  CHECK(mode_of(folder / "tokens.db.kek") == 0600);
}

TEST_CASE("a store opens again with what was put in, and closed leaves two files") {
  const TemporaryFolder folder;
  {
    auto store = value_of(Store::init(address_of(folder / "tokens.db"), "http://localhost:8080"));
    (void)value_of(create_org(store, "arcadia-dev", std::nullopt, kAnn, kNow));
  }
  CHECK(folder.names() == std::set<std::string>{"tokens.db", "tokens.db.kek"});
  // It says so itself, and while it is open it says the other thing.
  CHECK(run_sql(folder / "tokens.db", "PRAGMA journal_mode") == "delete");
  auto store = value_of(Store::open(address_of(folder / "tokens.db")));
  CHECK(run_sql(folder / "tokens.db", "PRAGMA journal_mode") == "wal");
  CHECK(store.location() == "http://localhost:8080");
  CHECK(value_of(find_org(store, std::string("arcadia-dev"))).id == 1);
}

TEST_CASE("paths with any characters name the files they say") {
  const std::string name = GENERATE(as<std::string>{}, "with space.db", "a=b.db", "\"quoted\".db", "it's.db",
                                    "100%25?mode=rwc#x.db", "file:x.db", "gr\xc3\xbc\xc3\x9f.db", "dbname=x timeout=1");
  const TemporaryFolder folder;
  { REQUIRE(Store::init(address_of(folder / name), kDefaultLocation)); }
  CHECK(folder.names() == std::set<std::string>{name, name + ".kek"});
  CHECK(Store::open(address_of(folder / name)));
}

TEST_CASE("the key file may stand elsewhere") {
  const TemporaryFolder folder;
  const StoreAddress address{"sqlite:" + (folder / "tokens.db").native(), folder / "elsewhere.kek"};
  { REQUIRE(Store::init(address, kDefaultLocation)); }
  CHECK(folder.names() == std::set<std::string>{"elsewhere.kek", "tokens.db"});
  CHECK(Store::open(address));
  CHECK(contains(error_of(Store::open(address_of(folder / "tokens.db")), ErrorKind::kUnusableKeyFile),
                 (folder / "tokens.db.kek").native()));
}

TEST_CASE("init never overwrites") {
  const TemporaryFolder folder;
  const fs::path taken = folder / GENERATE(as<std::string>{}, "tokens.db", "tokens.db.kek");
  const bool dangling = GENERATE(false, true);
  if (dangling) {
    fs::create_symlink(folder / "nowhere", taken);
  } else {
    write_file(taken, "precious");
  }
  const auto names = folder.names();
  CHECK(contains(error_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation), ErrorKind::kAlreadyExists),
                 taken.native()));
  CHECK(folder.names() == names);
  if (!dangling) CHECK(content_of(taken) == "precious");
}

TEST_CASE("a failed init leaves nothing behind") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "keys");
  const StoreAddress address{"sqlite:" + (folder / "missing/tokens.db").native(), folder / "keys/tokens.kek"};
  CHECK(contains(error_of(Store::init(address, kDefaultLocation), ErrorKind::kStoreUnavailable), "missing/tokens.db"));
  CHECK(folder.names() == std::set<std::string>{"keys"});
  CHECK(fs::is_empty(folder / "keys"));
}

TEST_CASE("addresses and locations that are none are refused before anything is made") {
  const TemporaryFolder folder;
  const std::string path = (folder / "tokens.db").native();
  for (const std::string& url : {path, std::string("sqlite:"), std::string("postgres:") + path, std::string()}) {
    CAPTURE(url);
    (void)error_of(Store::init({url, std::nullopt}, kDefaultLocation), ErrorKind::kInvalidArgument);
    (void)error_of(Store::open({url, std::nullopt}), ErrorKind::kInvalidArgument);
  }
  (void)error_of(Store::init({"sqlite:" + path, path}, kDefaultLocation), ErrorKind::kInvalidArgument);
  for (const char* location :
       {"", "tokens.localhost", "ftp://x", "https://", "https:///v1", "https://a b", "https://a\n"}) {
    CAPTURE(location);
    (void)error_of(Store::init(address_of(folder / "tokens.db"), location), ErrorKind::kInvalidArgument);
  }
  CHECK(folder.names().empty());
}

TEST_CASE("opening makes no file") {
  const TemporaryFolder folder;
  CHECK(contains(error_of(Store::open(address_of(folder / "tokens.db")), ErrorKind::kNotFound),
                 (folder / "tokens.db").native()));
  CHECK(folder.names().empty());
}

namespace {

// Opening must fail as unusable, name the file, and leave it and its folder as they were.
void check_unusable_and_untouched(const TemporaryFolder& folder, const std::string& said) {
  const auto names = folder.names();
  const std::string before = content_of(folder / "tokens.db");
  const std::string message = error_of(Store::open(address_of(folder / "tokens.db")), ErrorKind::kUnusableStore);
  INFO(message);
  CHECK(contains(message, (folder / "tokens.db").native()));
  CHECK(contains(message, said));
  CHECK(content_of(folder / "tokens.db") == before);
  CHECK(folder.names() == names);
}

}  // namespace

TEST_CASE("a file that is no store is refused and left alone") {
  const TemporaryFolder folder;
  SECTION("empty") { write_file(folder / "tokens.db", ""); }
  SECTION("text") { write_file(folder / "tokens.db", std::string(5000, 'x')); }
  SECTION("another SQLite file") { run_sql(folder / "tokens.db", "CREATE TABLE orgs (id)"); }
  SECTION("another SQLite file of the same version number") {
    run_sql(folder / "tokens.db", "PRAGMA user_version = 1; PRAGMA journal_mode = WAL; CREATE TABLE settings (id)");
  }
  check_unusable_and_untouched(folder, "not a token store");
}

TEST_CASE("a folder or a FIFO in the store's place is refused") {
  const TemporaryFolder folder;
  if (GENERATE(false, true)) {
    fs::create_directory(folder / "tokens.db");
  } else {
    REQUIRE(::mkfifo((folder / "tokens.db").c_str(), 0600) == 0);
  }
  (void)error_of(Store::open(address_of(folder / "tokens.db")), ErrorKind::kUnusableStore);
}

TEST_CASE("a store of a newer version is refused and left byte for byte as it was") {
  const TemporaryFolder folder;
  { REQUIRE(Store::init(address_of(folder / "tokens.db"), kDefaultLocation)); }
  run_sql(folder / "tokens.db", "PRAGMA user_version = 9000");
  check_unusable_and_untouched(folder, "9000");
}

TEST_CASE("a newer version that stands in the write-ahead log alone counts too") {
  const TemporaryFolder folder;
  const TemporaryFolder crashed;
  { REQUIRE(Store::init(address_of(folder / "tokens.db"), kDefaultLocation)); }
  sqlite3* other = nullptr;
  REQUIRE(::sqlite3_open((folder / "tokens.db").c_str(), &other) == SQLITE_OK);
  REQUIRE(::sqlite3_exec(other, "PRAGMA journal_mode = WAL; PRAGMA user_version = 9000", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  // What a power cut would leave: nobody has the copy open, so that closing it could write the log back.
  for (const auto& name : folder.names()) fs::copy_file(folder / name, crashed / name);
  ::sqlite3_close(other);
  REQUIRE(crashed.names().contains("tokens.db-wal"));
  const std::string log = content_of(crashed / "tokens.db-wal");
  check_unusable_and_untouched(crashed, "9000");
  CHECK(content_of(crashed / "tokens.db-wal") == log);
}

TEST_CASE("a damaged store is refused") {
  const TemporaryFolder folder;
  {
    auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
    (void)value_of(create_org(store, "arcadia-dev", std::nullopt, kAnn, kNow));
  }
  const std::string whole = content_of(folder / "tokens.db");
  SECTION("cut off") { write_file(folder / "tokens.db", whole.substr(0, 4096)); }
  SECTION("without settings") { run_sql(folder / "tokens.db", "DELETE FROM settings"); }
  CHECK(contains(error_of(Store::open(address_of(folder / "tokens.db")), ErrorKind::kUnusableStore), "damaged"));
}

TEST_CASE("two connections that write at once lose nothing and never fail") {
  const TemporaryFolder folder;
  { REQUIRE(Store::init(address_of(folder / "tokens.db"), kDefaultLocation)); }
  constexpr int kEach = 40;
  std::vector<std::string> problems[2];
  const auto work = [&](int which) {
    for (int i = 0; i < kEach; ++i) {
      // A connection of its own every time, so that opening and closing meet writing as well.
      auto store = Store::open(address_of(folder / "tokens.db"));
      if (!store) {
        problems[which].push_back(store.error().message);
        continue;
      }
      const std::string name = "org-" + std::to_string(which) + "-" + std::to_string(i);
      const auto org = create_org(*store, name, std::nullopt, kAnn, kNow);
      if (!org) problems[which].push_back(org.error().message);
    }
  };
  std::thread first(work, 0);
  std::thread second(work, 1);
  first.join();
  second.join();
  CHECK(problems[0] == std::vector<std::string>{});
  CHECK(problems[1] == std::vector<std::string>{});

  auto store = value_of(Store::open(address_of(folder / "tokens.db")));
  const auto orgs = value_of(list_orgs(store));
  REQUIRE(orgs.size() == 2 * kEach);
  std::set<std::uint64_t> ids;
  for (const auto& org : orgs) ids.insert(org.id);
  CHECK(ids.size() == 2 * kEach);
  CHECK(*ids.begin() == 1);
  CHECK(*ids.rbegin() == 2 * kEach);
  CHECK(value_of(open_all_keys(store)).size() == 2 * kEach);
  CHECK(run_sql(folder / "tokens.db", "PRAGMA integrity_check") == "ok");
}

TEST_CASE("data_version tells of other connections' commits and of a store that went away") {
  const TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  auto other = value_of(Store::open(address_of(folder / "tokens.db")));
  const auto before = value_of(store.data_version());
  CHECK(value_of(store.data_version()) == before);
  (void)error_of(create_org(other, "Bad", std::nullopt, kAnn, kNow), ErrorKind::kInvalidArgument);
  CHECK(value_of(store.data_version()) == before);
  (void)value_of(create_org(other, "arcadia-dev", std::nullopt, kAnn, kNow));
  CHECK(value_of(store.data_version()) != before);

  SECTION("deleted") { fs::remove(folder / "tokens.db"); }
  SECTION("replaced") {
    { REQUIRE(Store::init(address_of(folder / "new.db"), kDefaultLocation)); }
    fs::rename(folder / "new.db", folder / "tokens.db");
  }
  (void)error_of(store.data_version(), ErrorKind::kStoreUnavailable);
}

TEST_CASE("a writer waits for another one") {
  const TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  sqlite3* other = nullptr;
  REQUIRE(::sqlite3_open((folder / "tokens.db").c_str(), &other) == SQLITE_OK);
  REQUIRE(::sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  std::thread slow([other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::sqlite3_close(other);  // which undoes its transaction
  });
  const auto org = create_org(store, "arcadia-dev", std::nullopt, kAnn, kNow);
  slow.join();
  CHECK(org);
}

TEST_CASE("a store that can no longer be written says so without quoting a statement") {
  ExampleStore example;
  run_sql(example.folder / "tokens.db", "ALTER TABLE orgs RENAME TO elsewhere");
  const auto message =
      error_of(create_org(example.store, "arcadia-qa", std::nullopt, kAnn, kNow), ErrorKind::kStoreUnavailable);
  INFO(message);
  CHECK(contains(message, example.store.path()));
  CHECK_FALSE(contains(message, "SELECT"));
  CHECK_FALSE(contains(message, "arcadia-qa"));
}
