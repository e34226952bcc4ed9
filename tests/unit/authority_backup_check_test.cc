// What check_store() finds wrong, and that it finds nothing where nothing is.
#include "authority/keys/rewrap.h"
#include "authority/tokens/deletions.h"
#include "authority_backup_support.h"

using namespace authority_test;

namespace {

bool says(const std::vector<std::string>& faults, const std::string& part) {
  return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) { return contains(fault, part); });
}

}  // namespace

TEST_CASE_METHOD(BackupFixture, "a store that was much used is without fault, and its rows are counted") {
  const Minted one = minted("arcadia-dev", "Ann@Example.com ");
  (void)minted("arcadia-prod");
  (void)value_of(revoke(store, {one.id, TokenId{{1, 2, 3}}}, actor, kNow));
  (void)value_of(rotate_key(store, std::string("arcadia-dev"), actor, kNow));
  const auto keys = value_of(list_keys(store, NameOrId(std::string("arcadia-dev")), kNow));
  for (const KeyInfo& key : keys) {
    if (key.state == KeyState::kVerifying) (void)value_of(retire_key(store, key.kid, key.live_tokens, actor, kNow));
  }
  (void)value_of(rewrap_keys(store, GENERATE(false, true), actor, kNow));
  (void)value_of(delete_app(store, std::string("arcadia-dev-api"), 0, actor, kNow));
  const CheckReport report = value_of(check_store(store));
  for (const std::string& fault : report.faults) UNSCOPED_INFO(fault);
  CHECK(report.faults.empty());
  CHECK(report.orgs == 2);
  CHECK(report.apps == 1);
  CHECK(report.keys == 3);
  CHECK(report.tokens == 2);
  CHECK(report.revocations == 2);
}

TEST_CASE_METHOD(BackupFixture, "every fault in a row is found, and named") {
  struct Damage {
    const char* sql;
    const char* said;
  };
  const Damage damage = GENERATE(values<Damage>({
      {"UPDATE orgs SET name = 'Arcadia' WHERE id = 7", "the org 7 has a name"},
      {"UPDATE orgs SET name = 'a' || hex(zeroblob(32)) WHERE id = 7", "the org 7 has a name"},
      {"UPDATE apps SET name = '' WHERE id = 71", "the app 71 has a name"},
      {"UPDATE apps SET org = 9 WHERE id = 71", "the table apps"},
      {"DELETE FROM ids_given WHERE kind = 'org' AND id = 7", "the org 7 has an id that could be given out again"},
      {"DELETE FROM ids_given WHERE kind = 'app' AND id = 81", "the app 81 has an id that could be given out again"},
      {"UPDATE keys SET state = 'verifying' WHERE org = 7", "arcadia-dev does not have exactly one active key"},
      {"UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE org = 8) WHERE org = 7", "does not open"},
      {"UPDATE keys SET sealed = 'ab' WHERE org = 7", "does not open"},
      {"UPDATE keys SET kid = 'xy' WHERE org = 8", "has an id that is not valid"},
      {"UPDATE tokens SET id = 'x'", "the token x has an id"},
      {"UPDATE tokens SET id = upper(id)", "has an id that is not valid"},
      {"UPDATE tokens SET maker = 'y'", "a maker whose id is not valid"},
      {"UPDATE tokens SET profile = 'root'", "a profile that does not exist"},
      {"UPDATE tokens SET org = 8", "signed with another org's key"},
      {"UPDATE tokens SET app = 81", "for another org's app"},
      {"UPDATE tokens SET holder_key = 'bob@example.com'", "cannot be found by its name or its holder"},
      {"UPDATE tokens SET name_key = 'x'", "cannot be found by its name or its holder"},
      {"INSERT INTO revocations VALUES ('z', 1)", "the revoked id z"},
      {"UPDATE audit SET token = 'x' WHERE number = 1", "the audit entry 1"},
      {"DELETE FROM settings", "the settings table does not have exactly one row"},
      {"UPDATE settings SET newest_record = 5", "is newer than the newest"},
      {"PRAGMA ignore_check_constraints = ON; UPDATE keys SET state = 'odd' WHERE org = 8", "the file is damaged"},
  }));
  CAPTURE(damage.sql);
  (void)minted("arcadia-dev", "ann@example.com");
  REQUIRE(faults(store).empty());
  run_sql(folder / "tokens.db", damage.sql);
  const auto found = faults(store);
  for (const std::string& fault : found) UNSCOPED_INFO(fault);
  CHECK(says(found, damage.said));
}

TEST_CASE_METHOD(BackupFixture, "a key that another key-encryption key sealed is a fault") {
  const KeyEncryptionKey other = KeyEncryptionKey::generate();
  run_sql(folder / "tokens.db", "UPDATE keys SET sealed = '" + other.seal(Bytes(32, 1), Bytes()) + "' WHERE org = 8");
  const auto found = faults(store);
  REQUIRE(found.size() == 1);
  CHECK(contains(found.front(), "of the org 8 does not open"));
}

TEST_CASE("a file whose pages are damaged is a fault, and no error") {
  const TemporaryFolder folder;
  {
    Store store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
    (void)value_of(create_org(store, "arcadia-dev", 7, kAnn, kNow));
  }
  const std::string table = GENERATE(as<std::string>{}, "apps", "keys", "audit", "ids_given");
  CAPTURE(table);
  const auto root =
      std::stoul(run_sql(folder / "tokens.db", "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'"));
  std::string content = content_of(folder / "tokens.db");
  content.replace((root - 1) * 4096, 4096, std::string(4096, '\x5a'));
  write_file(folder / "tokens.db", content);
  Store store = value_of(Store::open(address_of(folder / "tokens.db")));
  CHECK(says(faults(store), "damaged"));
}

TEST_CASE_METHOD(BackupFixture, "no fault shows more of a row than is safe to show") {
  run_sql(folder / "tokens.db", "INSERT INTO revocations VALUES ('a' || char(27, 10) || hex(zeroblob(400)), 1)");
  const auto found = faults(store);
  REQUIRE(found.size() == 1);
  CHECK(found.front().size() < 200);
  CHECK(found.front().find('\x1b') == std::string::npos);
  CHECK(found.front().find('\n') == std::string::npos);
}
