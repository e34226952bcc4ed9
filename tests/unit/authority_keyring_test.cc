// Rotating and retiring root keys.
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "authority_steps.h"
#include "libtoken/bundle.h"

using namespace authority_test;

namespace {

const NameOrId kProd = std::string("arcadia-prod");

std::vector<std::string> states(Store& store) {
  std::vector<std::string> states;
  for (const auto& key : value_of(list_keys(store, kProd, kNow))) states.push_back(to_string(key.state));
  return states;
}

using States = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(JudgeFixture, "a key is found by its id") {
  const Bytes kid = value_of(active_key(store, 8)).kid;
  CHECK(value_of(find_key(store, kid, kNow)).org_name == "arcadia-prod");
  (void)error_of(find_key(store, Bytes(kKidBytes), kNow), ErrorKind::kNotFound);
  (void)error_of(find_key(store, {}, kNow), ErrorKind::kNotFound);
}

TEST_CASE_METHOD(JudgeFixture, "a rotated key verifies on, and the new one signs") {
  const std::string before = minted(Profile::kReadonly, "arcadia-prod");
  const Bytes old_kid = value_of(active_key(store, 8)).kid;
  const auto key = value_of(rotate_key(store, kProd, kAnn, kNow + 5));
  CHECK(key.org == 8);
  CHECK(key.org_name == "arcadia-prod");
  CHECK(key.created_unix_s == kNow + 5);
  CHECK(key.state == KeyState::kActive);
  CHECK(key.live_tokens == 0);
  CHECK_FALSE(equal(key.kid, old_kid));
  CHECK(equal(value_of(active_key(store, 8)).kid, key.kid));
  CHECK(states(store) == States{"verifying", "active"});

  const std::string after = minted(Profile::kReadonly, "arcadia-prod");
  CHECK(ask(before, "r", "arcadia-prod", {}, kNow + 5).allowed);
  CHECK(ask(after, "r", "arcadia-prod", {}, kNow + 5).allowed);
  const auto keys = value_of(list_keys(store, kProd, kNow));
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].live_tokens == 1);
  CHECK(keys[1].live_tokens == 1);
  CHECK(value_of(list_keys(store, std::nullopt, kNow)).size() == 3);  // the other org's is as it was
}

TEST_CASE_METHOD(JudgeFixture, "a retired key verifies nothing, for good, and takes nobody else along") {
  const std::string old_token = minted(Profile::kReadonly, "arcadia-prod");
  const Bytes kid = value_of(active_key(store, 8)).kid;
  (void)value_of(rotate_key(store, kProd, kAnn, kNow + 1));
  const std::string new_token = minted(Profile::kReadonly, "arcadia-prod");
  const std::string dev_token = minted(Profile::kReadonly, "arcadia-dev");

  const auto retired = value_of(retire_key(store, kid, 1, kAnn, kNow));
  CHECK(retired.state == KeyState::kRetired);
  CHECK(retired.live_tokens == 0);
  CHECK(codes(ask(old_token, "r", "arcadia-prod")) == Codes{"key_retired"});
  CHECK(ask(new_token, "r", "arcadia-prod").allowed);
  CHECK(ask(dev_token, "r", "arcadia-dev").allowed);
  CHECK(states(store) == States{"retired", "active"});
  CHECK(value_of(open_all_keys(store)).size() == 2);

  // Again changes nothing.
  const auto again = value_of(retire_key(store, kid, 0, kAnn, kNow + 9));
  CHECK(again.state == KeyState::kRetired);
  CHECK(value_of(Snapshot::load(store))->newest_record_unix_s() == kNow + 1);
  // And a rotation does not bring it back.
  (void)value_of(rotate_key(store, kProd, kAnn, kNow + 2));
  CHECK(states(store) == States{"retired", "verifying", "active"});
  CHECK(codes(ask(old_token, "r", "arcadia-prod")) == Codes{"key_retired"});
}

TEST_CASE_METHOD(JudgeFixture, "no key is retired that more live tokens hang on than was said") {
  const Bytes kid = value_of(active_key(store, 8)).kid;
  (void)minted(Profile::kReadonly, "arcadia-prod");
  const std::string second = minted(Profile::kReadonly, "arcadia-prod");
  (void)value_of(rotate_key(store, kProd, kAnn, kNow));

  CHECK(contains(error_of(retire_key(store, kid, 1, kAnn, kNow), ErrorKind::kConflict), "2 live tokens"));
  CHECK(states(store) == States{"verifying", "active"});
  SECTION("fewer are fine") { CHECK(retire_key(store, kid, 3, kAnn, kNow)); }
  SECTION("revoked ones do not count") {
    REQUIRE(revoke(store, {value_of(Bundle::parse(second)).parts().front()->id()}, kAnn, kNow));
    CHECK(retire_key(store, kid, 1, kAnn, kNow));
  }
  SECTION("nor do those that are over") {
    (void)error_of(retire_key(store, kid, 0, kAnn, kNow + 2 * kDay), ErrorKind::kConflict);
    CHECK(retire_key(store, kid, 0, kAnn, kNow + 2 * kDay + 1));
  }
}

TEST_CASE_METHOD(JudgeFixture, "what cannot be rotated or retired is left as it was") {
  const Bytes active = value_of(active_key(store, 8)).kid;
  CHECK(contains(error_of(retire_key(store, active, 99, kAnn, kNow), ErrorKind::kInvalidArgument), "rotate"));
  (void)error_of(retire_key(store, Bytes(kKidBytes, 1), 99, kAnn, kNow), ErrorKind::kNotFound);
  (void)error_of(retire_key(store, {}, 99, kAnn, kNow), ErrorKind::kNotFound);
  (void)error_of(rotate_key(store, std::string("arcadia-qa"), kAnn, kNow), ErrorKind::kNotFound);
  (void)value_of(create_org(store, "arcadia-late", std::nullopt, kAnn, kNow + 1000));
  (void)error_of(rotate_key(store, kProd, kAnn, kNow + 1000 - 301), ErrorKind::kClock);
  CHECK(states(store) == States{"active"});
  CHECK(equal(value_of(active_key(store, 8)).kid, active));
}

TEST_CASE_METHOD(JudgeFixture, "an org has no more keys that verify than a person can retire") {
  Bytes first = value_of(active_key(store, 8)).kid;
  for (std::size_t i = 1; i < kMaxKeysInUse; ++i) (void)value_of(rotate_key(store, kProd, kAnn, kNow));
  const auto error = error_of(rotate_key(store, kProd, kAnn, kNow), ErrorKind::kConflict);
  CHECK(error.find("retire some first") != std::string::npos);
  (void)value_of(retire_key(store, first, 0, kAnn, kNow));
  (void)value_of(rotate_key(store, kProd, kAnn, kNow));
}

TEST_CASE_METHOD(ExampleStore,
                 "a list of keys costs the same however many tokens they have, and says where it has not counted all") {
  const fs::path file = folder / "tokens.db";
  const std::string old_kid = run_sql(file, "SELECT kid FROM keys WHERE org = 7");
  (void)value_of(rotate_key(store, std::uint64_t{7}, kAnn, kNow));
  const std::string kid = run_sql(file, "SELECT kid FROM keys WHERE org = 7 AND state = 'active'");
  const auto add = [&](int first, int count, const std::string& key, const std::string& end) {
    run_sql(file, "WITH RECURSIVE n (i) AS (SELECT " + std::to_string(first) +
                      " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " + std::to_string(first + count) +
                      ") INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key,"
                      " local_user, not_after, created) SELECT printf('%08x-0000-5000-8000-000000000000', i), 7, '" +
                      key + "', 'readonly', '', '', '', '', '', 'ann', " + end + ", i FROM n");
  };
  add(0, 1'000, old_kid, std::to_string(kNow - 1));
  add(10'000, 30, old_kid, std::to_string(kNow));
  add(20'000, 2'000, kid, "NULL");
  const auto listed = [&](const std::string& key) {
    for (const KeyInfo& one : value_of(list_keys(store, std::uint64_t{7}, kNow)))
      if (to_hex(one.kid) == key) return one;
    throw std::runtime_error("the key is not in the list");
  };
  CHECK(listed(old_kid).live_tokens == 30);
  CHECK_FALSE(listed(old_kid).live_tokens_at_least);
  CHECK(listed(kid).live_tokens == 2'000);
  CHECK_FALSE(listed(kid).live_tokens_at_least);

  const CountedSteps counted;
  store = value_of(Store::open(address_of(file)));
  const auto steps = [&] { return CountedSteps::of([&] { (void)listed(kid); }); };
  add(40'000, 1'000, kid, "NULL");
  CHECK(listed(kid).live_tokens_at_least);
  CHECK(listed(kid).live_tokens >= 2'500);
  CHECK(listed(kid).live_tokens < 3'000);
  CHECK(value_of(find_key(store, value_of(from_hex(kid)), kNow)).live_tokens == 3'000);
  CHECK_FALSE(listed(old_kid).live_tokens_at_least);
  const auto before = steps();
  add(50'000, 30'000, kid, "NULL");
  CHECK(steps() < before + before / 10);
}
