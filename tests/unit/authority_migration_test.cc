// Stores of older versions are brought up to date when they are opened, with all that is in them.
#include <sqlite3.h>

#include <thread>

#include "authority/store/check.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "authority_processes.h"
#include "support/schema_versions.h"

using namespace authority_test;

namespace {

// Versions 1 and 2 as their programs made them.
constexpr const char* kVersion1 =
    "CREATE TABLE settings ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " location TEXT NOT NULL,"
    " kek_check TEXT NOT NULL,"
    " newest_record INTEGER NOT NULL) STRICT;"
    "CREATE TABLE orgs ("
    " id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),"
    " name TEXT NOT NULL UNIQUE,"
    " created INTEGER NOT NULL) STRICT;"
    "CREATE TABLE apps ("
    " id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),"
    " name TEXT NOT NULL UNIQUE,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " created INTEGER NOT NULL) STRICT;"
    "CREATE INDEX apps_by_org ON apps (org);"
    "CREATE TABLE ids_given ("
    " kind TEXT NOT NULL CHECK (kind IN ('org', 'app')),"
    " id INTEGER NOT NULL,"
    " PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE keys ("
    " kid TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " state TEXT NOT NULL CHECK (state IN ('active', 'verifying', 'retired')),"
    " sealed TEXT NOT NULL,"
    " created INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX keys_one_active_per_org ON keys (org) WHERE state = 'active';"
    "CREATE TABLE tokens ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES orgs (id),"
    " kid TEXT NOT NULL REFERENCES keys (kid),"
    " profile TEXT NOT NULL,"
    " app INTEGER REFERENCES apps (id),"
    " name TEXT NOT NULL,"
    " holder TEXT NOT NULL,"
    " not_after INTEGER,"
    " created INTEGER NOT NULL) STRICT;"
    "CREATE INDEX tokens_by_org ON tokens (org);"
    "PRAGMA application_id = 0x746f6b6e;";
constexpr const char* kVersion2 =
    "CREATE TABLE revocations ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " created INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

// The example store as an old program would have left it: its keys are sealed the same way.
struct OldStoreFixture : JudgeFixture {
  std::string token = minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  std::string endless = minted(Profile::kReadonly, "arcadia-dev");
  fs::path old_file = folder / "old.db";

  void make_old(int version) {
    run_sql(folder / "tokens.db",
            "UPDATE tokens SET name = ' CI ', holder = 'Ann@Example.com ' WHERE org = 8;"
            "UPDATE tokens SET not_after = NULL WHERE org = 7");
    std::string statements = std::string("PRAGMA journal_mode = WAL;") + kVersion1;
    if (version == 2) statements += kVersion2;
    statements += "PRAGMA user_version = " + std::to_string(version) + "; ATTACH '" + (folder / "tokens.db").native() +
                  "' AS new;";
    statements += "INSERT INTO main.settings SELECT id, location, kek_check, newest_record FROM new.settings;";
    for (const char* table : {"orgs", "apps", "ids_given", "keys"}) {
      statements += std::string("INSERT INTO main.") + table + " SELECT * FROM new." + table + ";";
    }
    statements +=
        "INSERT INTO main.tokens SELECT id, org, kid, profile, app, name, holder, not_after, created FROM new.tokens;";
    if (version == 2) {
      statements += "INSERT INTO revocations VALUES ('67a18dba-761b-5281-be62-275744f1eb41', 5)";
    }
    run_sql(old_file, statements);
    fs::copy_file(folder / "tokens.db.kek", folder / "old.db.kek");
  }
  Store opened() { return value_of(Store::open(address_of(old_file))); }
};

std::string schema_of(const fs::path& file) {
  // Their order is that of their making: of what was made anew, another.
  return run_sql(file,
                 "SELECT group_concat(line, char(10)) FROM (SELECT name || ' ' || replace(coalesce(sql, ''), '\"', '')"
                 " AS line FROM sqlite_schema ORDER BY 1)");
}

}  // namespace

TEST_CASE_METHOD(OldStoreFixture, "an old store is brought up to date with all that is in it") {
  const int version = GENERATE(1, 2);
  make_old(version);
  auto old = opened();
  CHECK(run_sql(old_file, "PRAGMA user_version") == "7");
  CHECK(schema_of(old_file) == schema_of(folder / "tokens.db"));
  CHECK(run_sql(old_file, "PRAGMA foreign_key_check") == "");
  CHECK(run_sql(old_file, "PRAGMA integrity_check") == "ok");

  const auto tokens = value_of(list_tokens(old, {}, kNow));
  REQUIRE(tokens.size() == 2);
  const IssuedToken& prod = tokens[0].org == 8 ? tokens[0] : tokens[1];
  const IssuedToken& dev = tokens[0].org == 8 ? tokens[1] : tokens[0];
  CHECK(prod.profile == Profile::kDeploy);
  CHECK(prod.app == 81);
  CHECK(prod.app_name == "arcadia-prod-api");
  CHECK(prod.not_after_unix_s == kNow + 2 * kDay);
  CHECK(prod.created_unix_s == kNow);
  CHECK_FALSE(prod.maker);
  CHECK(prod.local_user.empty());  // nobody wrote it down
  CHECK_FALSE(prod.last_used_unix_s);
  CHECK(dev.app == 0);
  CHECK(dev.app_name.empty());
  CHECK_FALSE(dev.not_after_unix_s);

  TokenFilter filter;
  filter.holder = "ann@example.com";
  filter.name = "ci";
  CHECK(value_of(list_tokens(old, filter, kNow)).size() == 1);
  CHECK(value_of(list_audit(old, {})).empty());
  const auto snapshot = value_of(Snapshot::load(old));
  CHECK(snapshot->is_revoked(value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"))) == (version == 2));

  // And it works: the app may go before its token now.
  REQUIRE(delete_app(old, std::string("arcadia-prod-api"), 1, kAnn, kNow));
  CHECK(value_of(find_token(old, prod.id)).app_name == "arcadia-prod-api");
  CHECK(value_of(find_token(old, prod.id)).revoked_unix_s == kNow);
}

TEST_CASE_METHOD(OldStoreFixture, "a store of version 4 is brought up to date with all that is in it") {
  const fs::path file = folder / "tokens.db";
  const std::string schema = schema_of(file);
  const auto revoked = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
  REQUIRE(revoke(store, {revoked}, kAnn, kNow));
  const std::string audit = run_sql(file, "SELECT group_concat(number || action) FROM audit");
  run_sql(file, support::kBackToVersion4);
  REQUIRE(schema_of(file) != schema);
  store = value_of(Store::open(address_of(file)));
  CHECK(run_sql(file, "PRAGMA user_version") == "7");
  CHECK(schema_of(file) == schema);
  CHECK(run_sql(file, "PRAGMA integrity_check") == "ok");
  CHECK(run_sql(file, "SELECT group_concat(number || action) FROM audit") == audit);
  CHECK(value_of(list_tokens(store, {}, kNow)).size() == 2);
  CHECK(value_of(Snapshot::load(store))->is_revoked(revoked));
}

TEST_CASE_METHOD(OldStoreFixture,
                 "labels of a store of an older version are found in the form in which they are compared now") {
  const int version = GENERATE(4, 6);
  const fs::path file = folder / "tokens.db";
  MintRequest request;
  request.org = std::string("arcadia-dev");
  request.name = "Caf\u00e9";
  request.holder = "Rene\u0301\ufe0f Gro\u00df";
  const TokenId id = value_of(mint(store, request, kAnn, kNow)).id;
  run_sql(file, "UPDATE tokens SET holder_key = 'rene\u0301\ufe0f gro\u00df' WHERE holder_key <> ''");
  request.holder = "kim\u2800";
  request.name.clear();
  const TokenId of_kim = value_of(mint(store, request, kAnn, kNow)).id;
  run_sql(file, "UPDATE tokens SET holder_key = 'kim\u2800' WHERE holder_key = 'kim'");
  run_sql(file, version == 4 ? support::kBackToVersion4 : "PRAGMA user_version = 6");
  store = value_of(Store::open(address_of(file)));
  TokenFilter filter;
  filter.name = "cafe\u0301";
  filter.holder = "ren\u00e9 GROSS";
  const auto found = value_of(list_tokens(store, filter, kNow));
  REQUIRE(found.size() == 1);
  CHECK(found.front().id == id);
  CHECK(found.front().holder == "Rene\u0301\ufe0f Gro\u00df");  // as it was given
  filter.name.reset();
  filter.holder = "KIM";
  const auto kims = value_of(list_tokens(store, filter, kNow));
  REQUIRE(kims.size() == 1);
  CHECK(kims.front().id == of_kim);
  CHECK(value_of(check_store(store)).faults.empty());
}

TEST_CASE_METHOD(OldStoreFixture, "a migration that fails leaves the old store as it was") {
  make_old(2);
  run_sql(old_file, "CREATE TABLE audit (number INTEGER)");  // in its way
  (void)error_of(Store::open(address_of(old_file)), ErrorKind::kStoreUnavailable);
  CHECK(run_sql(old_file, "PRAGMA user_version") == "2");
  CHECK(run_sql(old_file, "SELECT count(*) FROM tokens WHERE holder = 'Ann@Example.com '") == "1");
  run_sql(old_file, "DROP TABLE audit");
  auto old = opened();
  CHECK(value_of(list_tokens(old, {}, kNow)).size() == 2);
}

TEST_CASE_METHOD(OldStoreFixture, "a migration waits for who is writing") {
  make_old(2);
  sqlite3* other = nullptr;
  REQUIRE(::sqlite3_open(old_file.c_str(), &other) == SQLITE_OK);
  REQUIRE(::sqlite3_exec(other, "BEGIN IMMEDIATE; UPDATE orgs SET name = 'arcadia-test' WHERE id = 7", nullptr, nullptr,
                         nullptr) == SQLITE_OK);
  std::thread slow([other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    ::sqlite3_close(other);
  });
  auto old = Store::open(address_of(old_file));
  slow.join();
  REQUIRE(old);
  CHECK(value_of(find_org(*old, std::string("arcadia-test"))).id == 7);
}

TEST_CASE_METHOD(OldStoreFixture, "processes that open an old store at the same moment all find it up to date") {
  make_old(2);
  run_sql(old_file,
          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
          " INSERT INTO tokens SELECT printf('%08x-0000-5000-8000-000000000000', i), 7, (SELECT kid FROM keys WHERE org"
          " = 7), 'readonly', NULL, '', 'Robot ' || i, NULL, 5 FROM n");
  const auto work = [&](int which) -> std::function<Problems()> {
    return [this, which]() -> Problems {
      auto store = Store::open(address_of(old_file));
      if (!store) return {store.error().message};
      TokenFilter filter;
      filter.holder = "robot 2999";
      const auto found = list_tokens(*store, filter, kNow);
      if (!found) return {found.error().message};
      if (found->size() != 1) return {"a token was not found by its holder"};
      const auto org = create_org(*store, "org-" + std::to_string(which), std::nullopt, kAnn, kNow);
      return org ? Problems{} : Problems{org.error().message};
    };
  };
  CHECK(run_processes({work(0), work(1), work(2), work(3)}) == Problems{});
  auto old = opened();
  CHECK(value_of(list_orgs(old)).size() == 6);
  CHECK(value_of(list_tokens(old, {}, kNow)).size() == 3002);
  CHECK(run_sql(old_file, "PRAGMA integrity_check") == "ok");
}
