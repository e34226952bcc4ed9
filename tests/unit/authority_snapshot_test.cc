// A snapshot takes in what has changed since the one before it, and knows the same as one that reads everything.
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "authority_steps.h"

using namespace authority_test;

namespace {

struct SnapshotFixture : JudgeFixture {
  std::shared_ptr<const Snapshot> last = value_of(Snapshot::load(store));
  std::vector<TokenId> ids;
  std::vector<Bytes> kids;

  fs::path file() const { return folder / "tokens.db"; }
  TokenId new_token(std::int64_t end = kNow + kDay) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    request.not_after_unix_s = end;
    const auto made = value_of(mint(store, request, kAnn, kNow));
    ids.push_back(made.id);
    return made.id;
  }
  void add_revocations(int count) {
    run_sql(file(), "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                        std::to_string(count) +
                        ") INSERT INTO revocations (id, created) SELECT printf('%08x-0000-5000-8000-%012x', i, i), 1"
                        " FROM n");
  }
  /// The snapshot that follows the last one, which must know what one that reads everything knows.
  void follow() {
    const auto next = value_of(Snapshot::load_after(*last, store, {last->revision()}));
    const auto whole = value_of(Snapshot::load(store));
    CHECK(next->revision() == whole->revision());
    CHECK(next->newest_record_unix_s() == whole->newest_record_unix_s());
    for (const TokenId& id : ids) REQUIRE(next->is_revoked(id) == whole->is_revoked(id));
    for (const Bytes& kid : kids) REQUIRE((next->find(kid) == nullptr) == (whole->find(kid) == nullptr));
    for (const std::uint64_t id : {7, 8, 9, 10}) REQUIRE(next->org_name(id) == whole->org_name(id));
    for (const std::uint64_t id : {71, 81, 91}) REQUIRE(next->app_name(id) == whole->app_name(id));
    for (const char* name : {"arcadia-prod", "arcadia-test", "arcadia-new"}) {
      REQUIRE(next->org_id(name) == whole->org_id(name));
      REQUIRE(next->app(name).has_value() == whole->app(name).has_value());
    }
    last = next;
  }
};

}  // namespace

TEST_CASE_METHOD(SnapshotFixture, "a snapshot that follows another knows everything that was done since") {
  kids.push_back(value_of(list_keys(store, std::string("arcadia-prod"), kNow)).front().kid);
  follow();
  const TokenId first = new_token();
  follow();
  REQUIRE(revoke(store, {first}, kAnn, kNow));
  REQUIRE_FALSE(last->is_revoked(first));
  follow();
  CHECK(last->is_revoked(first));
  REQUIRE(create_org(store, "arcadia-new", std::uint64_t{9}, kAnn, kNow));
  REQUIRE(create_app(store, std::uint64_t{9}, "arcadia-new-api", std::uint64_t{91}, kAnn, kNow));
  follow();
  CHECK(last->org_id("arcadia-new") == 9);
  REQUIRE(rename_org(store, std::uint64_t{7}, "arcadia-test", kAnn, kNow));
  follow();
  CHECK(last->org_id("arcadia-test") == 7);
  kids.push_back(value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow)).kid);
  follow();
  CHECK(last->find(kids[1]) != nullptr);
  REQUIRE(retire_key(store, kids[0], 10, kAnn, kNow));
  follow();
  CHECK(last->find(kids[0]) == nullptr);
  const TokenId of_app = [&] {
    MintRequest request;
    request.app = std::uint64_t{91};
    request.profile = Profile::kDeploy;
    return value_of(mint(store, request, kAnn, kNow)).id;
  }();
  ids.push_back(of_app);
  REQUIRE(delete_app(store, std::uint64_t{91}, 10, kAnn, kNow));
  follow();
  CHECK(last->is_revoked(of_app));
  CHECK_FALSE(last->app(91));
  REQUIRE(delete_org(store, std::uint64_t{9}, 10, kAnn, kNow));
  follow();
  // What is forgotten goes too.
  REQUIRE(revoke(store, {new_token(kNow + 1)}, kAnn, kNow));
  follow();
  CHECK(last->is_revoked(ids.back()));
  REQUIRE(prune(store, kAnn, kNow + 40 * kDay));
  follow();
  CHECK_FALSE(last->is_revoked(ids.back()));
}

TEST_CASE_METHOD(SnapshotFixture, "one revocation more costs the same beside fifty thousand as beside none") {
  const CountedSteps counted;
  store = value_of(Store::open(address_of(file())));
  const auto cost_of_one = [&] {
    REQUIRE(revoke(store, {new_token()}, kAnn, kNow));
    const long long steps =
        CountedSteps::of([&] { last = value_of(Snapshot::load_after(*last, store, {last->revision()})); });
    REQUIRE(last->is_revoked(ids.back()));
    return steps;
  };
  (void)cost_of_one();
  const long long few = cost_of_one();
  add_revocations(50'000);
  last = value_of(Snapshot::load(store));
  const long long many = cost_of_one();
  CHECK(many < few + 50);
  const long long whole = CountedSteps::of([&] { (void)value_of(Snapshot::load(store)); });
  CHECK(whole > 50'000);
}

TEST_CASE_METHOD(SnapshotFixture, "where the store cannot say what has changed, everything is read") {
  const TokenId revoked = new_token();
  REQUIRE(revoke(store, {revoked}, kAnn, kNow));
  const TokenId other = new_token();
  REQUIRE(revoke(store, {other}, kAnn, kNow));
  const char* const behind_its_back =
      GENERATE("DELETE FROM revocations_added WHERE number = 1", "DELETE FROM revocations_added", "DELETE FROM changes",
               "DELETE FROM revisions", "UPDATE settings SET restores = 7", "UPDATE settings SET identity = 'x'",
               "DELETE FROM revocations", "UPDATE settings SET revision = 0");
  run_sql(file(), behind_its_back);
  const auto next = value_of(Snapshot::load_after(*last, store, {}));
  const auto whole = value_of(Snapshot::load(store));
  CHECK(next->is_revoked(revoked) == whole->is_revoked(revoked));
  CHECK(next->is_revoked(other) == whole->is_revoked(other));
}

TEST_CASE_METHOD(SnapshotFixture, "a revocation is written and known whatever the counts in the store say") {
  REQUIRE(revoke(store, {new_token()}, kAnn, kNow));
  last = value_of(Snapshot::load(store));
  const char* const behind_its_back = GENERATE(
      "UPDATE changes SET number = 0", "UPDATE changes SET number = -7", "DELETE FROM changes",
      "UPDATE changes SET number = 9223372036854775807", "UPDATE changes SET number = -9223372036854775807 - 1",
      "UPDATE revocations_added SET number = 2", "UPDATE live_counts SET live = -9223372036854775807 - 1");
  run_sql(file(), behind_its_back);
  for (int i = 0; i < 3; ++i) {
    CAPTURE(behind_its_back, i);
    const TokenId revoked = new_token();
    REQUIRE(revoke(store, {revoked}, kAnn, kNow));
    last = value_of(Snapshot::load_after(*last, store, {}));
    CHECK(last->is_revoked(revoked));
  }
}

TEST_CASE_METHOD(SnapshotFixture, "a store that has gone back is noticed, and so is another history") {
  REQUIRE(revoke(store, {new_token()}, kAnn, kNow));
  const auto later = value_of(Snapshot::load(store));
  run_sql(file(), "UPDATE settings SET revision = revision - 1");
  CHECK(error_of(Snapshot::load_after(*later, store, {later->revision()}), ErrorKind::kConflict) ==
        "the store has gone back to an earlier state");
}

TEST_CASE_METHOD(SnapshotFixture, "more revocations at once than the store keeps apart are all known") {
  add_revocations(70'000);
  CHECK(run_sql(file(), "SELECT count(*) FROM revocations_added") == "65536");
  for (const char* id : {"00000001-0000-5000-8000-000000000001", "00011170-0000-5000-8000-000000011170"}) {
    ids.push_back(value_of(parse_token_id(id)));
  }
  follow();
  CHECK(last->is_revoked(ids.front()));
  CHECK(last->is_revoked(ids.back()));
}

TEST_CASE_METHOD(SnapshotFixture, "of writes in one batch, what fails is taken back, and all others stay") {
  MintRequest request;
  request.org = std::string("arcadia-prod");
  const auto tokens = [&] { return run_sql(file(), "SELECT count(*) FROM tokens"); };
  const auto revision = [&] { return std::stoll(run_sql(file(), "SELECT revision FROM settings")); };
  const long long before = revision();
  {
    auto batch = value_of(WriteBatch::begin(store));
    REQUIRE(mint(store, request, kAnn, kNow));
    MintRequest wrong = request;
    wrong.app = std::string("nothing");
    CHECK_FALSE(mint(store, wrong, kAnn, kNow));
    CHECK_FALSE(create_org(store, "arcadia-prod", std::nullopt, kAnn, kNow));
    const auto second = value_of(mint(store, request, kAnn, kNow));
    CHECK(find_token(store, second.id));  // it reads what it has written
    REQUIRE(revoke(store, {second.id}, kAnn, kNow));
    CHECK(tokens() == "0");  // nobody else does yet
    REQUIRE(batch.is_whole());
    REQUIRE(batch.commit());
  }
  CHECK(tokens() == "2");
  CHECK(revision() == before + 1);
  {
    auto batch = value_of(WriteBatch::begin(store));
    REQUIRE(mint(store, request, kAnn, kNow));
  }
  CHECK(tokens() == "2");
  REQUIRE(mint(store, request, kAnn, kNow));
  CHECK(tokens() == "3");
  CHECK(run_sql(file(), "PRAGMA integrity_check") == "ok");
}
