#include <algorithm>
#include <limits>

#include "authority_support.h"

using namespace authority_test;

TEST_CASE("names are a letter and up to 62 letters, digits and hyphens") {
  for (const std::string& good :
       {std::string("a"), std::string("arcadia-prod-api"), std::string("z9-"), "a" + std::string(62, '0')}) {
    CAPTURE(good);
    CHECK(is_valid_name(good));
    CHECK(std::get<std::string>(value_of(parse_name_or_id(good))) == good);
  }
  TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  for (const std::string& bad :
       {std::string(), std::string("-a"), std::string("9a"), std::string("A"), std::string("aB"), std::string("a_b"),
        std::string("a b"), std::string("a."), std::string("a\n"), std::string("a\0", 2), std::string("gr\xc3\xbcn"),
        "a" + std::string(63, '0')}) {
    CAPTURE(bad);
    CHECK_FALSE(is_valid_name(bad));
    (void)error_of(parse_name_or_id(bad), ErrorKind::kInvalidArgument);
    (void)error_of(create_org(store, bad, std::nullopt, kAnn, kNow), ErrorKind::kInvalidArgument);
    (void)error_of(find_org(store, bad), ErrorKind::kNotFound);
  }
  CHECK(value_of(list_orgs(store)).empty());
}

TEST_CASE("ids are written as digits, from 1 to 2^53 - 1") {
  CHECK(std::get<std::uint64_t>(value_of(parse_name_or_id("1"))) == 1);
  CHECK(std::get<std::uint64_t>(value_of(parse_name_or_id("9007199254740991"))) == kMaxId);
  for (const char* bad :
       {"0", "9007199254740992", "18446744073709551616", "99999999999999999999999", "-1", "+1", "1.0"}) {
    CAPTURE(bad);
    (void)error_of(parse_name_or_id(bad), ErrorKind::kInvalidArgument);
  }
}

TEST_CASE("orgs and apps are found by name and by id, and neither is taken for the other") {
  ExampleStore example;
  Store& store = example.store;
  CHECK(value_of(find_org(store, std::string("arcadia-dev"))).id == 7);
  CHECK(value_of(find_org(store, std::uint64_t{8})).name == "arcadia-prod");
  CHECK(value_of(find_org(store, std::uint64_t{8})).created_unix_s == kNow);
  CHECK(value_of(find_app(store, std::string("arcadia-prod-api"))).org == 8);
  CHECK(value_of(find_app(store, std::uint64_t{71})).name == "arcadia-dev-api");
  (void)error_of(find_org(store, std::string("7")), ErrorKind::kNotFound);
  (void)error_of(find_org(store, std::uint64_t{71}), ErrorKind::kNotFound);
  (void)error_of(find_org(store, std::uint64_t{0}), ErrorKind::kNotFound);
  (void)error_of(find_org(store, std::numeric_limits<std::uint64_t>::max()), ErrorKind::kNotFound);
  (void)error_of(find_app(store, std::string("arcadia-prod")), ErrorKind::kNotFound);
  (void)error_of(find_app(store, std::uint64_t{7}), ErrorKind::kNotFound);
}

TEST_CASE("lists are in the order of names, of one org or of all") {
  ExampleStore example;
  Store& store = example.store;
  (void)value_of(create_app(store, example.prod.id, "a-first", std::nullopt, kAnn, kNow));
  const auto orgs = value_of(list_orgs(store));
  REQUIRE(orgs.size() == 2);
  CHECK(orgs[0].name == "arcadia-dev");
  CHECK(orgs[1].name == "arcadia-prod");
  const auto all = value_of(list_apps(store, std::nullopt));
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "a-first");
  CHECK(all[1].name == "arcadia-dev-api");
  const auto of_dev = value_of(list_apps(store, example.dev.id));
  REQUIRE(of_dev.size() == 1);
  CHECK(of_dev[0].id == 71);
  (void)error_of(list_apps(store, std::string("nobody")), ErrorKind::kNotFound);
}

TEST_CASE("names are taken once: an org's among orgs, an app's across all orgs") {
  ExampleStore example;
  Store& store = example.store;
  (void)error_of(create_org(store, "arcadia-dev", std::nullopt, kAnn, kNow), ErrorKind::kAlreadyExists);
  (void)error_of(create_app(store, example.dev.id, "arcadia-dev-api", std::nullopt, kAnn, kNow),
                 ErrorKind::kAlreadyExists);
  (void)error_of(create_app(store, example.prod.id, "arcadia-dev-api", std::nullopt, kAnn, kNow),
                 ErrorKind::kAlreadyExists);
  (void)error_of(create_app(store, std::string("nobody"), "new-app", std::nullopt, kAnn, kNow), ErrorKind::kNotFound);
  CHECK(value_of(list_orgs(store)).size() == 2);
  CHECK(value_of(list_apps(store, std::nullopt)).size() == 2);
  // What was refused has used up no id.
  CHECK(value_of(create_org(store, "arcadia-qa", std::nullopt, kAnn, kNow)).id == 9);
}

TEST_CASE("an id that is not said is the one after the highest ever given") {
  TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  CHECK(value_of(create_org(store, "first", std::nullopt, kAnn, kNow)).id == 1);
  CHECK(value_of(create_org(store, "seventh", 7, kAnn, kNow)).id == 7);
  CHECK(value_of(create_org(store, "eighth", std::nullopt, kAnn, kNow)).id == 8);
  CHECK(value_of(create_org(store, "third", 3, kAnn, kNow)).id == 3);
  CHECK(value_of(create_app(store, std::uint64_t{7}, "an-app", std::nullopt, kAnn, kNow)).id == 1);  // counted apart
  (void)error_of(create_org(store, "again", 7, kAnn, kNow), ErrorKind::kAlreadyExists);
  (void)error_of(create_org(store, "none", 0, kAnn, kNow), ErrorKind::kInvalidArgument);
  (void)error_of(create_org(store, "none", kMaxId + 1, kAnn, kNow), ErrorKind::kInvalidArgument);
  (void)error_of(create_org(store, "none", std::numeric_limits<std::uint64_t>::max(), kAnn, kNow),
                 ErrorKind::kInvalidArgument);
}

TEST_CASE("an id is never given again, not even after a deletion") {
  TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  (void)value_of(create_org(store, "here", 1, kAnn, kNow));
  (void)value_of(create_org(store, "gone", 2, kAnn, kNow));
  run_sql(folder / "tokens.db", "DELETE FROM keys WHERE org = 2; DELETE FROM orgs WHERE id = 2");
  (void)error_of(find_org(store, std::string("gone")), ErrorKind::kNotFound);
  (void)error_of(create_org(store, "gone", 2, kAnn, kNow), ErrorKind::kAlreadyExists);
  CHECK(value_of(create_org(store, "gone", std::nullopt, kAnn, kNow)).id == 3);
}

TEST_CASE("the last id there is can be had, and after it only those that were left out") {
  TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  CHECK(value_of(create_org(store, "last", kMaxId, kAnn, kNow)).id == kMaxId);
  CHECK(value_of(find_org(store, kMaxId)).name == "last");
  CHECK(contains(error_of(create_org(store, "next", std::nullopt, kAnn, kNow), ErrorKind::kInvalidArgument), "--id"));
  CHECK(value_of(create_org(store, "next", 5, kAnn, kNow)).id == 5);
}

TEST_CASE("every org has a root key of its own, and its description says nothing of it") {
  ExampleStore example;
  const auto keys = value_of(open_all_keys(example.store));
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].kid.size() == kKidBytes);
  CHECK_FALSE(equal(keys[0].kid, keys[1].kid));
  CHECK_FALSE(equal(keys[0].root.key.expose_secret(), keys[1].root.key.expose_secret()));

  const auto infos = value_of(list_keys(example.store, std::nullopt, kNow));
  REQUIRE(infos.size() == 2);
  CHECK(infos[0].org_name == "arcadia-dev");
  CHECK(infos[0].org == 7);
  CHECK(infos[0].created_unix_s == kNow);
  CHECK(infos[1].org_name == "arcadia-prod");
  const auto of_prod = value_of(list_keys(example.store, std::string("arcadia-prod"), kNow));
  REQUIRE(of_prod.size() == 1);
  CHECK(equal(of_prod[0].kid, value_of(active_key(example.store, 8)).kid));
  (void)error_of(list_keys(example.store, std::string("nobody"), kNow), ErrorKind::kNotFound);
  (void)error_of(active_key(example.store, 9), ErrorKind::kNotFound);
}

TEST_CASE("no key stands in the store's files in the clear") {
  ExampleStore example;
  const auto keys = value_of(open_all_keys(example.store));
  REQUIRE(keys.size() == 2);
  for (const auto& name : example.folder.names()) {
    const std::string content = content_of(example.folder / name);
    for (const auto& key : keys) {
      const auto secret = key.root.key.expose_secret();
      CHECK_FALSE(contains(content, std::string(text_of(secret))));
      CHECK_FALSE(contains(content, to_hex(secret)));
      CHECK_FALSE(contains(content, to_base64(secret)));
    }
  }
}

TEST_CASE("a sealed key opens in its own row only") {
  ExampleStore example;
  const fs::path file = example.folder / "tokens.db";
  REQUIRE(open_all_keys(example.store));
  SECTION("moved to another org") {
    run_sql(file,
            "DROP INDEX keys_one_active_per_org;"
            "UPDATE keys SET org = 8 WHERE org = 7");
  }
  SECTION("copied over another org's") {
    run_sql(file, "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE org = 7) WHERE org = 8");
  }
  SECTION("under another kid") {
    run_sql(file, "UPDATE keys SET kid = '000102030405060708090a0b0c0d0e0f' WHERE org = 8");
  }
  SECTION("changed in one digit") {
    run_sql(file,
            "UPDATE keys SET sealed = substr(sealed, 1, 100) || "
            "CASE substr(sealed, 101, 1) WHEN '0' THEN '1' ELSE '0' END || substr(sealed, 102) WHERE org = 8");
  }
  SECTION("cut off") { run_sql(file, "UPDATE keys SET sealed = substr(sealed, 1, 20) WHERE org = 8"); }
  SECTION("not hex") { run_sql(file, "UPDATE keys SET sealed = 'x' WHERE org = 8"); }
  (void)error_of(open_all_keys(example.store), ErrorKind::kUnusableStore);
  (void)error_of(Snapshot::load(example.store), ErrorKind::kUnusableStore);
}

TEST_CASE("a retired key verifies no more, and an org has one active key at most") {
  ExampleStore example;
  const fs::path file = example.folder / "tokens.db";
  CHECK_THROWS(run_sql(file, "INSERT INTO keys SELECT 'aa', org, state, sealed, created FROM keys WHERE org = 7"));
  run_sql(file, "UPDATE keys SET state = 'verifying' WHERE org = 7; UPDATE keys SET state = 'retired' WHERE org = 8");
  const auto keys = value_of(open_all_keys(example.store));
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].root.owner == 7);
  (void)error_of(active_key(example.store, 7), ErrorKind::kNotFound);
}

TEST_CASE("a snapshot has all of the registry, and does not change") {
  ExampleStore example;
  const auto snapshot = value_of(Snapshot::load(example.store));
  CHECK(snapshot->location() == kDefaultLocation);
  CHECK(snapshot->newest_record_unix_s() == kNow);
  CHECK(snapshot->org_id("arcadia-prod") == 8);
  CHECK(snapshot->org_id("arcadia") == std::nullopt);
  CHECK(snapshot->has_org(7));
  CHECK_FALSE(snapshot->has_org(71));
  CHECK(snapshot->org_name_view(7) == "arcadia-dev");
  CHECK(snapshot->org_name_view(9).empty());
  CHECK(snapshot->org_name(8) == "arcadia-prod");
  CHECK(snapshot->org_name(9) == std::nullopt);
  REQUIRE(snapshot->app("arcadia-dev-api"));
  CHECK(snapshot->app("arcadia-dev-api")->org == 7);
  REQUIRE(snapshot->app(81));
  CHECK(snapshot->app(81)->org == 8);
  CHECK_FALSE(snapshot->app("arcadia-dev"));
  CHECK_FALSE(snapshot->app(7));
  CHECK(snapshot->app_name(81) == "arcadia-prod-api");
  CHECK(snapshot->app_name(8) == std::nullopt);

  const auto key = value_of(active_key(example.store, 8));
  const RootKey* found = snapshot->find(key.kid);
  REQUIRE(found != nullptr);
  CHECK(found->owner == 8);
  CHECK(equal(found->key.expose_secret(), key.root.key.expose_secret()));
  Bytes other = key.kid;
  other.back() ^= 1;
  CHECK(snapshot->find(other) == nullptr);
  CHECK(snapshot->find({}) == nullptr);

  (void)value_of(create_org(example.store, "arcadia-qa", std::nullopt, kAnn, kNow + 9));
  CHECK_FALSE(snapshot->org_id("arcadia-qa"));
  const auto next = value_of(Snapshot::load(example.store));
  CHECK(next->org_id("arcadia-qa") == 9);
  CHECK(next->newest_record_unix_s() == kNow + 9);
}

TEST_CASE("an empty store has no newest record") {
  TemporaryFolder folder;
  auto store = value_of(Store::init(address_of(folder / "tokens.db"), kDefaultLocation));
  CHECK(value_of(Snapshot::load(store))->newest_record_unix_s() == 0);
}
