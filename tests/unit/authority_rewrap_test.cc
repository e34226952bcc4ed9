// Changing the key-encryption key: nothing may ever stop opening, whoever looks and wherever it is cut short.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "authority/keys/rewrap.h"
#include "authority_judge_support.h"

using namespace authority_test;

namespace {

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct RewrapFixture : JudgeFixture {
  [[nodiscard]] fs::path file() const { return folder / "tokens.db"; }
  [[nodiscard]] fs::path kek() const { return folder / "tokens.db.kek"; }
  std::vector<std::string> keks() const { return lines_of(kek()); }
  Store opened() { return value_of(Store::open(address_of(file()))); }
  /// Every root key's bytes, as this store opens them.
  static std::set<std::string> secrets(Store& through) {
    std::set<std::string> secrets;
    for (const auto& key : value_of(open_all_keys(through))) secrets.insert(to_hex(key.root.key.expose_secret()));
    return secrets;
  }
  /// That a store works: its keys open, and a new one can be sealed.
  void check_works(Store& through, const std::set<std::string>& expected) {
    CHECK(secrets(through) == expected);
    CHECK(value_of(rotate_key(through, std::string("arcadia-prod"), kAnn, kNow)).state == KeyState::kActive);
    CHECK(secrets(through).size() == expected.size() + 1);
  }
};

}  // namespace

TEST_CASE_METHOD(RewrapFixture,
                 "everything is sealed anew with a key that is first in the file, and the old ones open on") {
  (void)value_of(rotate_key(store, std::string("arcadia-dev"), kAnn, kNow));
  (void)value_of(retire_key(store, value_of(list_keys(store, std::string("arcadia-dev"), kNow))[0].kid, 0, kAnn, kNow));
  const auto before = secrets(store);
  const auto old_lines = keks();
  REQUIRE(old_lines.size() == 1);
  const std::string sealed = run_sql(file(), "SELECT group_concat(sealed) FROM keys");

  const auto done = value_of(rewrap_keys(store, false, kAnn, kNow));
  CHECK(done.keys == 3);  // the retired one too
  CHECK(done.key_encryption_keys == 2);
  const auto lines = keks();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] == old_lines[0]);
  CHECK(lines[0] != lines[1]);
  CHECK(mode_of(kek()) == 0600);
  CHECK(folder.names().count("tokens.db.kek.new") == 0);
  CHECK(secrets(store) == before);
  CHECK(run_sql(file(), "SELECT group_concat(sealed) FROM keys") != sealed);

  // Once more, and the first one is still there.
  CHECK(value_of(rewrap_keys(store, false, kAnn, kNow)).key_encryption_keys == 3);
  CHECK(keks().back() == old_lines[0]);
  auto other = opened();
  check_works(other, before);
}

TEST_CASE_METHOD(RewrapFixture, "with the old ones forgotten, the new one alone opens everything") {
  const auto before = secrets(store);
  const std::string old_file = content_of(kek());
  const auto done = value_of(rewrap_keys(store, true, kAnn, kNow));
  CHECK(done.keys == 2);
  CHECK(done.key_encryption_keys == 1);
  CHECK(keks().size() == 1);
  CHECK(content_of(kek()) != old_file);
  auto other = opened();
  check_works(other, before);

  write_file(kek(), old_file);
  (void)error_of(Store::open(address_of(file())), ErrorKind::kUnusableKeyFile);
}

TEST_CASE_METHOD(RewrapFixture, "a store that was open before goes on, in both directions") {
  const bool forget = GENERATE(false, true);
  auto other = opened();
  auto third = opened();
  const auto before = secrets(store);
  REQUIRE(rewrap_keys(store, forget, kAnn, kNow));
  CHECK(secrets(third) == before);
  check_works(other, before);  // what it seals now, the one that rewrapped opens
  CHECK(secrets(store).size() == before.size() + 1);

  REQUIRE(rewrap_keys(other, forget, kAnn, kNow));
  (void)value_of(create_org(store, "arcadia-qa", std::nullopt, kAnn, kNow));
  CHECK(secrets(other).size() == before.size() + 2);
  CHECK(secrets(third).size() == before.size() + 2);
  CHECK(value_of(Snapshot::load(third))->org_id("arcadia-qa"));
  REQUIRE(rewrap_keys(third, forget, kAnn, kNow));
  CHECK(secrets(store).size() == before.size() + 2);
}

TEST_CASE_METHOD(RewrapFixture, "cut short anywhere, everything opens, and doing it again finishes it") {
  const auto before = secrets(store);
  auto other = opened();
  const std::string old_kek = content_of(kek());
  SECTION("while the file was being written") { write_file(folder / "tokens.db.kek.new", "tokens-kek-1:half a li"); }
  SECTION("after the file was written, before anything was sealed") {
    // What the store holds is undone, as by a power cut; what stands in the file is not.
    run_sql(file(), "CREATE TRIGGER stop BEFORE UPDATE ON settings BEGIN SELECT raise(ABORT, 'stop'); END");
    (void)error_of(rewrap_keys(store, true, kAnn, kNow), ErrorKind::kStoreUnavailable);
    run_sql(file(), "DROP TRIGGER stop");
    REQUIRE(keks().size() == 2);
    CHECK(keks()[1] + "\n" == old_kek);
    const auto lines = keks();
    for (Store* open : {&store, &other}) CHECK(secrets(*open) == before);
    // What is sealed meanwhile is sealed with the old key, which whoever has not seen the new file has.
    (void)value_of(create_org(store, "arcadia-qa", 99, kAnn, kNow));
    CHECK(secrets(other).size() == before.size() + 1);
    run_sql(file(), "DELETE FROM keys WHERE org = 99; DELETE FROM orgs WHERE id = 99");
    // The next one goes on with the key that stands in the file.
    CHECK(value_of(rewrap_keys(other, false, kAnn, kNow)).key_encryption_keys == 2);
    CHECK(keks() == lines);
  }
  SECTION("after everything was sealed, before the old key was forgotten") {
    REQUIRE(rewrap_keys(store, false, kAnn, kNow));
    CHECK(keks().size() == 2);
  }
  {
    auto fresh = opened();
    CHECK(secrets(fresh) == before);
  }
  CHECK(secrets(other) == before);
  const auto done = value_of(rewrap_keys(other, true, kAnn, kNow));
  CHECK(done.keys == 2);
  CHECK(done.key_encryption_keys == 1);
  CHECK(keks().size() == 1);
  CHECK(folder.names().count("tokens.db.kek.new") == 0);
  for (Store* open : {&store, &other}) CHECK(secrets(*open) == before);
  auto fresh = opened();
  check_works(fresh, before);
}

TEST_CASE_METHOD(RewrapFixture,
                 "a file that cannot be written is said, and nothing is sealed with a key that is not in it") {
  const auto before = secrets(store);
  const std::string old_kek = content_of(kek());
  // A folder in the new file's place cannot be taken away.
  fs::create_directory(folder / "tokens.db.kek.new");
  (void)error_of(rewrap_keys(store, true, kAnn, kNow), ErrorKind::kAlreadyExists);
  CHECK(content_of(kek()) == old_kek);
  fs::remove(folder / "tokens.db.kek.new");
  auto fresh = opened();
  check_works(fresh, before);
}

TEST_CASE_METHOD(RewrapFixture,
                 "a key file that is gone or wrong stops sealing anew, and takes nothing from who has read it") {
  const auto before = secrets(store);
  const std::string old_kek = content_of(kek());
  SECTION("gone") { fs::remove(kek()); }
  SECTION("of a wrong form") { write_file(kek(), "x"); }
  SECTION("open to others") { REQUIRE(::chmod(kek().c_str(), 0644) == 0); }
  (void)error_of(rewrap_keys(store, false, kAnn, kNow), ErrorKind::kUnusableKeyFile);
  CHECK(secrets(store) == before);
  write_file(kek(), old_kek);
  REQUIRE(::chmod(kek().c_str(), 0600) == 0);
  check_works(store, before);
}

TEST_CASE_METHOD(RewrapFixture, "whoever seals finds the key file as the store says it, or seals nothing") {
  auto other = opened();
  REQUIRE(rewrap_keys(store, true, kAnn, kNow));
  const std::string new_kek = content_of(kek());
  { REQUIRE(Store::init(address_of(folder / "else.db"), kDefaultLocation)); }
  write_file(kek(), content_of(folder / "else.db.kek"));
  (void)error_of(rotate_key(other, std::string("arcadia-prod"), kAnn, kNow), ErrorKind::kUnusableKeyFile);
  (void)error_of(create_org(other, "arcadia-qa", std::nullopt, kAnn, kNow), ErrorKind::kUnusableKeyFile);
  (void)error_of(open_all_keys(other), ErrorKind::kUnusableStore);
  fs::remove(kek());
  (void)error_of(open_all_keys(other), ErrorKind::kUnusableKeyFile);
  (void)error_of(Snapshot::load(other), ErrorKind::kUnusableKeyFile);
  CHECK(secrets(store).size() == 2);
  write_file(kek(), new_kek);
  REQUIRE(::chmod(kek().c_str(), 0600) == 0);
  check_works(other, secrets(store));
}

TEST_CASE_METHOD(RewrapFixture, "a row that does not open is named, and nothing is sealed anew") {
  run_sql(file(), "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE org = 7) WHERE org = 8");
  const std::string sealed = run_sql(file(), "SELECT group_concat(sealed) FROM keys");
  (void)error_of(rewrap_keys(store, true, kAnn, kNow), ErrorKind::kUnusableStore);
  CHECK(run_sql(file(), "SELECT group_concat(sealed) FROM keys") == sealed);
  CHECK(keks().size() == 2);  // the old one among them
  auto fresh = opened();
  CHECK(value_of(active_key(fresh, 7)).root.owner == 7);
}

TEST_CASE_METHOD(RewrapFixture, "the file keeps its mode, and a link to it stays a link") {
  REQUIRE(::chmod(kek().c_str(), 0640) == 0);
  fs::rename(kek(), folder / "real.kek");
  fs::create_symlink("real.kek", kek());
  REQUIRE(rewrap_keys(store, false, kAnn, kNow));
  CHECK(fs::is_symlink(kek()));
  CHECK(mode_of(folder / "real.kek") == 0640);
  CHECK(lines_of(folder / "real.kek").size() == 2);
}

TEST_CASE_METHOD(RewrapFixture, "a file that is full takes no more keys until the old ones are forgotten") {
  std::string lines;
  for (int i = 0; i < 63; ++i) lines += content_of(kek());
  write_file(kek(), content_of(kek()) + lines);
  const std::string full = content_of(kek());
  auto fresh = opened();
  CHECK(contains(error_of(rewrap_keys(fresh, false, kAnn, kNow), ErrorKind::kUnusableKeyFile), "64"));
  CHECK(content_of(kek()) == full);
  write_file(kek(), full + full.substr(0, 58));
  (void)error_of(Store::open(address_of(file())), ErrorKind::kUnusableKeyFile);
}

TEST_CASE_METHOD(RewrapFixture, "two that change it over and over, and one that reads on, never fail") {
  std::atomic<bool> stop = false;
  std::vector<std::string> problems[3];
  const auto rewrap = [&](int which) {
    auto mine = value_of(Store::open(address_of(file())));
    for (int i = 0; i < 8; ++i) {
      const auto done = rewrap_keys(mine, i % 2 == which, kAnn, kNow);
      if (!done) problems[which].push_back(done.error().message);
    }
  };
  std::thread reader([&] {
    auto mine = value_of(Store::open(address_of(file())));
    while (!stop) {
      const auto keys = open_all_keys(mine);
      if (!keys) problems[2].push_back(keys.error().message);
    }
  });
  std::thread first(rewrap, 0);
  std::thread second(rewrap, 1);
  first.join();
  second.join();
  stop = true;
  reader.join();
  for (const auto& found : problems) CHECK(found == std::vector<std::string>{});
  auto fresh = opened();
  CHECK(secrets(fresh).size() == 2);
}

TEST_CASE_METHOD(RewrapFixture, "killed at any moment, it leaves a store that opens, and can be done again") {
  const auto before = secrets(store);
  for (int round = 0; round < 12; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto mine = Store::open(address_of(file()));
      for (int i = 0; mine && i < 1000; ++i) (void)!rewrap_keys(*mine, i % 3 != 0, kAnn, kNow);
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(5'000 + 7'300 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    auto fresh = opened();
    CHECK(secrets(fresh) == before);
    CHECK(secrets(store) == before);
  }
  CHECK(value_of(rewrap_keys(store, true, kAnn, kNow)).key_encryption_keys == 1);
  auto fresh = opened();
  check_works(fresh, before);
}
