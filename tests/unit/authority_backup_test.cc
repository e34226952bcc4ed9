// A backup is a whole store as of one moment, and no store; making one disturbs nobody.
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "authority_backup_support.h"
#include "libtoken/bytes.h"

using namespace authority_test;

TEST_CASE_METHOD(BackupFixture, "a backup is one file, for its owner alone, that says when it was made") {
  const mode_t mask = GENERATE(mode_t{0}, mode_t{0777});
  const mode_t before = ::umask(mask);
  const auto made = backup_store(store, backup, kBackupTime);
  ::umask(before);
  REQUIRE(made);
  CHECK(mode_of(backup) == 0600);
  auto names = folder.names();
  for (const char* others : {"tokens.db", "tokens.db.kek", "tokens.db-wal", "tokens.db-shm", "tokens.db-turns"})
    names.erase(others);
  CHECK(names == std::set<std::string>{"tokens.backup"});
  CHECK(value_of(plan_restore(backup, address_of(folder / "tokens.db"), std::nullopt)).backup_unix_s == kBackupTime);
}

TEST_CASE_METHOD(BackupFixture, "the key-encryption key is not in a backup, in no form") {
  back_up();
  const std::string line = content_of(folder / "tokens.db.kek");
  const std::string text = line.substr(line.find(':') + 1, 44);
  const Bytes key = value_of(from_base64(text));
  const std::string content = content_of(backup);
  CHECK_FALSE(contains(content, text));
  CHECK_FALSE(contains(content, to_hex(key)));
  CHECK_FALSE(contains(content, std::string(text_of(key))));
}

TEST_CASE_METHOD(BackupFixture, "a backup opens as no store, and stays as it was") {
  back_up();
  const std::string before = content_of(backup);
  const StoreAddress address{"sqlite:" + backup.native(), folder / "tokens.db.kek"};
  const std::string message = error_of(Store::open(address), ErrorKind::kUnusableStore);
  CHECK(contains(message, backup.native() + " is a backup"));
  CHECK(content_of(backup) == before);
}

TEST_CASE_METHOD(BackupFixture, "a backup overwrites nothing") {
  const std::string taken = GENERATE(as<std::string>{}, "file", "link", "folder", "journal");
  CAPTURE(taken);
  if (taken == "file") write_file(backup, "precious");
  if (taken == "link") fs::create_symlink(folder / "nowhere", backup);
  if (taken == "folder") fs::create_directory(backup);
  if (taken == "journal") write_file(backup.native() + "-journal", "precious");
  const auto names = folder.names();
  CHECK(contains(error_of(backup_store(store, backup, kBackupTime), ErrorKind::kAlreadyExists), backup.native()));
  CHECK(folder.names() == names);
  if (taken == "file") CHECK(content_of(backup) == "precious");
}

TEST_CASE_METHOD(BackupFixture, "a backup that cannot be made leaves nothing behind") {
  const auto names = folder.names();
  SECTION("there is no such folder") {
    CHECK(contains(error_of(backup_store(store, folder / "missing" / "b", kBackupTime), ErrorKind::kStoreUnavailable),
                   "missing"));
  }
  SECTION("the folder is a file") {
    (void)error_of(backup_store(store, folder / "tokens.db.kek" / "b", kBackupTime), ErrorKind::kStoreUnavailable);
  }
  CHECK(folder.names() == names);
}

TEST_CASE("a damaged store makes no backup, and says so") {
  const TemporaryFolder folder;
  {
    Store store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
    (void)value_of(create_org(store, "arcadia-dev", 7, kAnn, kNow));
    for (int i = 0; i < 40; ++i) {
      (void)value_of(create_app(store, std::uint64_t{7}, "app-" + std::to_string(i), std::nullopt, kAnn, kNow));
    }
  }
  const auto root = std::stoul(run_sql(folder / "tokens.db", "SELECT rootpage FROM sqlite_schema WHERE name = 'apps'"));
  std::string content = content_of(folder / "tokens.db");
  content.replace((root - 1) * 4096, 4096, std::string(4096, '\x5a'));
  write_file(folder / "tokens.db", content);
  Store store = value_of(Store::open(address_of(folder / "tokens.db")));
  CHECK(contains(error_of(backup_store(store, folder / "b", kBackupTime), ErrorKind::kUnusableStore), "damaged"));
  for (const std::string& name : folder.names()) CHECK(name.starts_with("tokens.db"));
}

TEST_CASE_METHOD(BackupFixture, "paths with any characters name the backups they say") {
  const std::string name = GENERATE(as<std::string>{}, "with space", "a=b", "\"quoted\"", "it's", "100%25?mode=rwc#x",
                                    "file:x", "gr\xc3\xbc\xc3\x9f", "dbname=x timeout=1");
  REQUIRE(backup_store(store, folder / name, kBackupTime));
  CHECK(folder.names().contains(name));
  CHECK(restore_store(folder / name, elsewhere(), RestoreWith::kRotatedKeys, std::nullopt, actor, kLater));
}

TEST_CASE_METHOD(BackupFixture, "backups made while another connection writes are each of one moment") {
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  std::string failure;
  std::thread writer([&] {
    auto other = Store::open(address_of(folder / "tokens.db"));
    if (!other) {
      failure = other.error().message;
      return;
    }
    MintRequest request;
    request.org = std::string("arcadia-dev");
    while (!stop) {
      const auto made = mint(*other, request, actor, kNow);
      const auto gone = made ? revoke(*other, {made->id}, actor, kNow) : tl::unexpected<Error>(made.error());
      if (!gone) {
        failure = gone.error().message;
        return;
      }
      ++written;
    }
  });
  while (written == 0 && failure.empty()) std::this_thread::yield();
  std::size_t tokens = 0;
  for (int round = 0; round < 12; ++round) {
    const int before = written;
    fs::remove(backup);
    const auto made = backup_store(store, backup, kBackupTime);
    if (!made) failure = made.error().message;
    if (!failure.empty()) break;
    const int after = written;
    const StoreAddress address = elsewhere();
    fs::remove(folder / "restored.db");
    Store copy = restored(RestoreWith::kAcceptedLostRevocations);
    const CheckReport report = value_of(check_store(copy));
    CHECK(report.faults.empty());
    // At least what was done before it began; of what was being done, each a whole transaction.
    CHECK(report.tokens >= static_cast<std::size_t>(before));
    CHECK(report.tokens <= static_cast<std::size_t>(after) + 1);
    CHECK(report.tokens >= tokens);
    CHECK(report.tokens - report.revocations <= 1);
    tokens = report.tokens;
  }
  stop = true;
  writer.join();
  CHECK(failure.empty());
  CHECK(written > 12);
}
