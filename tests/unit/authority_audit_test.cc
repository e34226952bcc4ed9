// What was done, by whom, and what was refused.
#include <unistd.h>

#include "authority/audit/audit.h"
#include "authority/keys/rewrap.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "authority_steps.h"

using namespace authority_test;

namespace {

const NameOrId kProd = std::string("arcadia-prod");

std::vector<std::string> lines_of(const std::vector<AuditEntry>& entries) {
  std::vector<std::string> lines;
  for (const auto& entry : entries) {
    lines.push_back(std::string(to_string(entry.action)) + " " + std::to_string(entry.org) + " " + entry.object);
  }
  return lines;
}

}  // namespace

TEST_CASE_METHOD(JudgeFixture, "everything that is done is written down, by whom and to what") {
  const TokenId by = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
  const Actor robot{by, "build robot", "", "192.0.2.7"};
  MintRequest request;
  request.profile = Profile::kDeploy;
  request.org = kProd;
  request.app = std::string("arcadia-prod-api");
  request.holder = "ann@example.com";
  const auto minted = value_of(mint(store, request, robot, kNow + 1));
  const auto kid = value_of(rotate_key(store, kProd, kAnn, kNow + 2)).kid;
  const auto old_kid = value_of(list_keys(store, kProd, kNow))[0].kid;
  (void)value_of(retire_key(store, old_kid, 1, kAnn, kNow + 3));
  (void)value_of(rewrap_keys(store, false, kAnn, kNow + 4));
  (void)value_of(revoke(store, {minted.id}, robot, kNow + 5));
  (void)value_of(rename_app(store, std::uint64_t{81}, "arcadia-live-api", kAnn, kNow + 6));
  (void)value_of(delete_app(store, std::uint64_t{81}, 0, kAnn, kNow + 7));
  (void)value_of(rename_org(store, kProd, "arcadia-live", kAnn, kNow + 8));
  (void)value_of(delete_org(store, std::uint64_t{8}, 0, kAnn, kNow + 9));
  request.profile = Profile::kReadonly;
  request.org = std::uint64_t{7};
  request.app.reset();
  request.not_after_unix_s = kNow + kDay;
  const auto ending = value_of(mint(store, request, kAnn, kNow + 10));
  (void)value_of(prune(store, kAnn, kNow + 40 * kDay));

  const auto entries = value_of(list_audit(store, {}));
  const std::string id = to_string(minted.id);
  CHECK(lines_of(entries) ==
        std::vector<std::string>{"orgs.create 7 arcadia-dev", "orgs.create 8 arcadia-prod",
                                 "apps.create 7 arcadia-dev-api", "apps.create 8 arcadia-prod-api", "mint 8 " + id,
                                 "keys.rotate 8 " + to_hex(kid), "keys.retire 8 " + to_hex(old_kid), "keys.rewrap 0 ",
                                 "revoke 8 " + id, "apps.rename 8 arcadia-prod-api", "apps.delete 8 arcadia-live-api",
                                 "orgs.rename 8 arcadia-prod", "orgs.delete 8 arcadia-live",
                                 "mint 7 " + to_string(ending.id), "prune 0 "});
  for (std::size_t i = 1; i < entries.size(); ++i) CHECK(entries[i].number == entries[i - 1].number + 1);
  for (const auto& entry : entries) CHECK_FALSE(entry.refused);
  const AuditEntry& mint_entry = entries[4];
  CHECK(mint_entry.at_unix_s == kNow + 1);
  CHECK(mint_entry.actor.token == by);
  CHECK(mint_entry.actor.holder == "build robot");
  CHECK(mint_entry.actor.local_user.empty());
  CHECK(mint_entry.actor.peer == "192.0.2.7");
  CHECK(mint_entry.detail == "profile deploy, app arcadia-prod-api, for ann@example.com");
  CHECK_FALSE(entries[5].actor.token);
  CHECK(entries[5].actor.local_user == "ann");
  CHECK(contains(entries[9].detail, "arcadia-live-api"));

  // Never a token or a key.
  for (const std::string& part : {minted.header.substr(10, 40), std::string("fm2_"), std::string("tokens-kek")}) {
    CHECK(run_sql(folder / "tokens.db",
                  "SELECT count(*) FROM audit WHERE object || detail || holder LIKE '%" + part + "%'") == "0");
  }
}

TEST_CASE_METHOD(JudgeFixture, "what is refused for its arguments is not written down") {
  const std::size_t before = value_of(list_audit(store, {})).size();
  MintRequest request;
  request.org = std::string("arcadia-qa");
  CHECK_FALSE(mint(store, request, kAnn, kNow));
  CHECK_FALSE(create_org(store, "arcadia-dev", std::nullopt, kAnn, kNow));
  CHECK_FALSE(rotate_key(store, std::string("arcadia-qa"), kAnn, kNow));
  CHECK_FALSE(delete_org(store, std::string("arcadia-qa"), 0, kAnn, kNow));
  CHECK(value_of(list_audit(store, {})).size() == before);
}

TEST_CASE_METHOD(JudgeFixture, "what a refused request said is escaped, and cut, and holds no token") {
  RefusedRequest refused;
  refused.object = "a\nb";
  refused.detail = std::string(600, 'x');
  refused.unrecorded = 3;
  RefusedRequest with_token;
  with_token.object = minted(Profile::kReadonly, "arcadia-prod");
  with_token.detail = "for " + with_token.object;
  REQUIRE(record_refusals(store, {refused, with_token}, kNow));
  auto entries = value_of(list_audit(store, {}));
  CHECK(entries.back().object == "(a token)");
  CHECK(entries.back().detail == "(a token)");
  entries.pop_back();
  CHECK(entries.back().object == "a\\nb");
  CHECK(entries.back().detail.size() < 550);
  CHECK(entries.back().detail.ends_with("… (and 3 more refusals before)"));
}

TEST_CASE_METHOD(JudgeFixture, "a refusal to a token that verified is written as one") {
  RefusedRequest entry;
  entry.actor.token = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
  entry.actor.peer = "192.0.2.7";
  entry.action = AuditAction::kKeyRotate;
  entry.org = 8;
  entry.object = "x";
  entry.detail = "it may not do C";
  REQUIRE(record_refusals(store, {entry}, kNow + 3));
  const auto last = value_of(list_audit(store, {})).back();
  CHECK(last.refused);
  CHECK(last.number == 5);
  CHECK(last.at_unix_s == kNow + 3);
  CHECK(last.actor.token == entry.actor.token);
  CHECK(last.action == AuditAction::kKeyRotate);
  CHECK(last.object == "x");
  CHECK(last.detail == "it may not do C");
}

TEST_CASE_METHOD(JudgeFixture, "the audit is listed by org and time, the newest so many, newest last") {
  for (int i = 1; i <= 5; ++i) (void)value_of(rotate_key(store, kProd, kAnn, kNow + 10 * i));
  AuditFilter filter;
  filter.org = 8;
  CHECK(value_of(list_audit(store, filter)).size() == 7);
  filter.since_unix_s = kNow + 30;
  auto entries = value_of(list_audit(store, filter));
  REQUIRE(entries.size() == 3);
  CHECK(entries.front().at_unix_s == kNow + 30);
  CHECK(entries.back().at_unix_s == kNow + 50);
  filter.limit = 2;
  entries = value_of(list_audit(store, filter));
  REQUIRE(entries.size() == 2);
  CHECK(entries.front().at_unix_s == kNow + 40);
  filter.org = 9;
  CHECK(value_of(list_audit(store, filter)).empty());
  filter = {};
  filter.limit = 0;
  CHECK(value_of(list_audit(store, filter)).empty());
  filter.limit = static_cast<std::size_t>(-1);
  CHECK(value_of(list_audit(store, filter)).size() == 9);
}

TEST_CASE_METHOD(JudgeFixture, "what is of a time or later is found without reading what is older") {
  const fs::path file = folder / "tokens.db";
  run_sql(file,
          "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 20000)"
          " INSERT INTO audit (at, holder, local_user, peer, action, refused, org, object, detail)"
          " SELECT " +
              std::to_string(kNow) + " + n, '', 'ann', '', 'prune', 0, 8, '', '' FROM i");
  const CountedSteps counted;
  store = value_of(Store::open(address_of(file)));
  AuditFilter filter;
  filter.org = 8;
  const auto steps_since = [&](std::int64_t since, std::size_t found) {
    filter.since_unix_s = since;
    std::vector<AuditEntry> entries;
    const auto steps = CountedSteps::of([&] { entries = value_of(list_audit(store, filter)); });
    CHECK(entries.size() == found);
    return steps;
  };
  CHECK(steps_since(kNow + 20'001, 0) < 200);
  CHECK(steps_since(kNow + 1'000'000'000, 0) < 200);
  CHECK(steps_since(kNow + 20'000, 1) < 300);
  CHECK(steps_since(kNow + 19'991, 10) < 600);
  // However wrong the clock was when the last one was written, the others are found.
  (void)value_of(rotate_key(store, kProd, kAnn, kNow + 20'000));
  REQUIRE(record_refusals(store, {{kAnn, AuditAction::kMint, 8, "", ""}}, kNow - 100'000));
  CHECK(steps_since(kNow + 20'000, 2) < 400);
}

TEST_CASE_METHOD(JudgeFixture, "an entry that makes no sense is a damaged store") {
  run_sql(folder / "tokens.db",
          GENERATE(as<std::string>{}, "UPDATE audit SET action = 'dance'", "UPDATE audit SET token = 'x'"));
  (void)error_of(list_audit(store, {}), ErrorKind::kUnusableStore);
}

TEST_CASE("whose process this is") {
  const Actor me = local_actor();
  CHECK_FALSE(me.token);
  CHECK(me.holder.empty());
  CHECK(me.peer.empty());
  CHECK_FALSE(me.local_user.empty());
  if (::getuid() == 0) CHECK(me.local_user == "root");
}
