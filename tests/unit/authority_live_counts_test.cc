// How many live tokens there are is known without counting them, whatever happens to them.
#include "authority/keys/restore.h"
#include "authority/store/backup.h"
#include "authority/store/check.h"
#include "authority/store/store_state.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/live_counts.h"
#include "authority/tokens/revocations.h"
#include "authority_support.h"
#include "support/schema_versions.h"

using namespace authority_test;

namespace {

constexpr std::uint64_t kProdId = 8;
constexpr std::int64_t kDay = 24 * 60 * 60;

struct Counted : ExampleStore {
  TokenCounts counts_of_org(std::int64_t now) {
    return value_of(write_transaction(
        store, [&](soci::session& sql) -> Result<TokenCounts> { return count_of_org(sql, kProdId, now); }));
  }
  MakerCounts apart(const TokenId& maker, std::int64_t now) {
    return value_of(write_transaction(store, [&](soci::session& sql) -> Result<MakerCounts> {
      return count_of_first_maker(sql, to_string(maker), now);
    }));
  }
  TokenCounts counts_of_maker(const TokenId& maker, std::int64_t now) {
    const MakerCounts counts = apart(maker, now);
    return {counts.own.live + counts.further.live, counts.own.made_today + counts.further.made_today};
  }
  std::size_t of_org(std::int64_t now) { return counts_of_org(now).live; }
  /// As the list says, which looks at every token.
  std::size_t listed(std::int64_t now) {
    TokenFilter filter;
    filter.org = std::string("arcadia-prod");
    return value_of(list_tokens(store, filter, now)).size();
  }
  Result<Minted> try_mint(std::optional<std::int64_t> end, const MintLimits& limits = {}, std::int64_t now = kNow,
                          const std::optional<TokenId>& maker = {}) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    request.not_after_unix_s = end;
    request.limits = limits;
    if (maker) {
      request.maker.emplace();
      request.maker->id = *maker;
      request.maker->kid = value_of(active_key(store, kProdId)).kid;
      request.maker->org = kProdId;
      request.maker->caveats.organization(kProdId, kAllActions);
    }
    return mint(store, request, kAnn, now);
  }
  TokenId made(std::optional<std::int64_t> end) { return value_of(try_mint(end)).id; }
  TokenId made_with(const TokenId& maker, std::int64_t now = kNow) {
    return value_of(try_mint(std::nullopt, {}, now, maker)).id;
  }
};

}  // namespace

TEST_CASE_METHOD(Counted, "the number of live tokens follows mints, ends and revocations") {
  CHECK(of_org(kNow) == 0);
  const TokenId forever = made(std::nullopt);
  const TokenId soon = made(kNow + 10);
  const TokenId later = made(kNow + 20);
  CHECK(of_org(kNow) == 3);
  CHECK(of_org(kNow + 10) == 3);  // in the second of its end it is live
  CHECK(of_org(kNow + 11) == 2);
  REQUIRE(revoke(store, {soon}, kAnn, kNow + 11));  // which has ended, and does not count twice
  CHECK(of_org(kNow + 11) == 2);
  REQUIRE(revoke(store, {later}, kAnn, kNow + 12));
  CHECK(of_org(kNow + 12) == 1);
  CHECK(of_org(kNow + 30) == 1);
  CHECK(of_org(kNow + 29) == 1);  // a clock that is a little behind
  REQUIRE(revoke(store, {forever, forever}, kAnn, kNow + 31));
  CHECK(of_org(kNow + 31) == 0);
  CHECK(of_org(kNow + 31) == listed(kNow + 31));
}

TEST_CASE_METHOD(Counted, "pruning and retiring leave the number right") {
  const TokenId gone = made(kNow + 10);
  (void)made(kNow + 1000);
  (void)made(std::nullopt);
  REQUIRE(revoke(store, {gone}, kAnn, kNow + 5));
  CHECK(of_org(kNow + 5) == 2);
  const std::int64_t month = 31 * 24 * 60 * 60;
  REQUIRE(value_of(prune(store, kAnn, kNow + month)).tokens == 2);
  CHECK(of_org(kNow + month) == 1);
  CHECK(of_org(kNow + month) == listed(kNow + month));

  const Bytes kid = value_of(active_key(store, kProdId)).kid;
  (void)value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow + month));
  (void)value_of(try_mint(std::nullopt, {}, kNow + month));
  CHECK(of_org(kNow + month) == 2);
  (void)value_of(retire_key(store, kid, 9, kAnn, kNow + month));
  CHECK(of_org(kNow + month) == 1);
  CHECK(of_org(kNow + month) == listed(kNow + month));
}

TEST_CASE_METHOD(Counted, "no more tokens are live than the limits say") {
  MintLimits limits;
  limits.live_of_org = 2;
  REQUIRE(try_mint(kNow + 10, limits));
  REQUIRE(try_mint(std::nullopt, limits));
  CHECK(contains(error_of(try_mint(std::nullopt, limits), ErrorKind::kLimit), "the org has as many live tokens"));
  CHECK(try_mint(std::nullopt, limits, kNow + 11));  // one has ended
  (void)error_of(try_mint(std::nullopt, limits, kNow + 11), ErrorKind::kLimit);
  CHECK(try_mint(std::nullopt, {}, kNow + 11));  // no limit

  const TokenId maker = made(std::nullopt);
  limits = {};
  limits.live_of_token = 2;
  const TokenId child = value_of(try_mint(std::nullopt, limits, kNow + 11, maker)).id;
  REQUIRE(try_mint(std::nullopt, limits, kNow + 11, maker));
  CHECK(counts_of_maker(maker, kNow + 11).live == 2);
  CHECK(contains(error_of(try_mint(std::nullopt, limits, kNow + 11, maker), ErrorKind::kLimit), "the token that asks"));
  REQUIRE(revoke(store, {child}, kAnn, kNow + 11));
  CHECK(counts_of_maker(maker, kNow + 11).live == 1);
  CHECK(try_mint(std::nullopt, limits, kNow + 11, maker));
}

TEST_CASE_METHOD(Counted, "what descendants keep alive has one limit, and what the first maker made another") {
  const TokenId first = made(std::nullopt);
  MintLimits limits;
  limits.live_of_token = 2;
  const TokenId child = value_of(try_mint(std::nullopt, limits, kNow, first)).id;
  const TokenId grandchild = value_of(try_mint(std::nullopt, limits, kNow, child)).id;
  REQUIRE(try_mint(std::nullopt, limits, kNow, grandchild));
  for (const TokenId& maker : {child, grandchild}) {
    CHECK(contains(error_of(try_mint(std::nullopt, limits, kNow, maker), ErrorKind::kLimit),
                   "all that descends from the same first token"));
  }
  REQUIRE(try_mint(kNow + 10, limits, kNow, first));
  (void)error_of(try_mint(std::nullopt, limits, kNow, first), ErrorKind::kLimit);
  CHECK(apart(first, kNow).own.live == 2);
  CHECK(apart(first, kNow).further.live == 2);
  run_sql(folder / "tokens.db", "DELETE FROM live_counts");  // counted anew, it is the same
  CHECK(apart(first, kNow).own.live == 2);
  CHECK(apart(first, kNow).further.live == 2);
  CHECK(apart(first, kNow).own.made_today == 2);
  CHECK(apart(first, kNow).further.made_today == 2);
  CHECK(apart(first, kNow + 11).own.live == 1);  // one has ended
  CHECK(apart(first, kNow + 11).further.live == 2);
  CHECK(try_mint(std::nullopt, limits, kNow, made(std::nullopt)));  // another token has room of its own
  REQUIRE(revoke(store, {grandchild}, kAnn, kNow + 11));            // and what it has made
  CHECK(apart(first, kNow + 11).own.live == 1);
  CHECK(apart(first, kNow + 11).further.live == 0);
  CHECK(value_of(check_store(store)).faults.empty());
  CHECK(try_mint(std::nullopt, limits, kNow + 11, child));
  CHECK(find_asker(store, child).first_maker == first);
  CHECK(find_asker(store, first).first_maker == first);

  // One that was made elsewhere has no record until it makes something.
  const TokenId elsewhere = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
  CHECK(find_asker(store, elsewhere).first_maker == elsewhere);
  const TokenId its = made_with(elsewhere);
  (void)made_with(its);
  CHECK(counts_of_maker(elsewhere, kNow).live == 2);
  CHECK(value_of(check_store(store)).faults.empty());
}

TEST_CASE_METHOD(Counted, "first makers are found again in an older store") {
  const TokenId first = made(std::nullopt);
  TokenId last = first;
  for (int i = 0; i < 5; ++i) last = made_with(last);
  const TokenId circle = made_with(made(std::nullopt));
  const fs::path file = folder / "tokens.db";
  run_sql(file, "UPDATE tokens SET maker = id WHERE id = '" + to_string(circle) + "'");
  run_sql(file, support::kBackToVersion4);
  store = value_of(Store::open(address_of(file)));
  CHECK(counts_of_maker(first, kNow).live == 5);
  CHECK(find_asker(store, last).first_maker == first);
  CHECK(find_asker(store, circle).first_maker == circle);
  CHECK(counts_of_maker(circle, kNow).live == 0);
}

TEST_CASE_METHOD(Counted, "what was made in a day counts until midnight, whatever becomes of it") {
  const std::int64_t midnight = kNow - kNow % kDay + kDay;
  const TokenId maker = made(std::nullopt);
  MintLimits limits;
  limits.made_of_token = 3;
  const TokenId gone = value_of(try_mint(std::nullopt, limits, midnight - 100, maker)).id;
  REQUIRE(revoke(store, {gone}, kAnn, midnight - 100));
  REQUIRE(try_mint(midnight - 98, limits, midnight - 99, maker));
  const TokenId child = value_of(try_mint(std::nullopt, limits, midnight - 90, maker)).id;
  const auto refused = try_mint(std::nullopt, limits, midnight - 80, maker);
  CHECK(contains(error_of(refused, ErrorKind::kLimit), "in a day, 3"));
  CHECK(refused.error().retry_after_s == 80);
  CHECK(apart(maker, midnight - 80).further.made_today == 0);
  CHECK(try_mint(std::nullopt, limits, midnight, child));
  CHECK(apart(maker, midnight).own.made_today == 0);
  CHECK(apart(maker, midnight).further.made_today == 1);
  CHECK(counts_of_maker(maker, midnight).made_today == 1);
  CHECK(counts_of_org(midnight).made_today == 1);
  CHECK(counts_of_org(midnight + 3 * kDay).made_today == 0);
  // A clock that is a little behind, and the same numbers where nothing was counted before.
  CHECK(counts_of_maker(maker, midnight - 1).made_today == 4);
  const std::size_t before = counts_of_org(midnight - 1).made_today;
  const fs::path file = folder / "tokens.db";
  run_sql(file, "DELETE FROM live_counts");
  CHECK(counts_of_maker(maker, midnight - 1).made_today == 4);
  CHECK(counts_of_org(midnight - 1).made_today == before);
}

TEST_CASE_METHOD(Counted, "what is made after the clock was set back counts for the day, however soon it ends") {
  const std::int64_t now = kNow - kNow % kDay + kDay + kDay / 2;
  const TokenId maker = made(std::nullopt);
  const TokenId child = made_with(maker, now - 1000);
  MintLimits limits;
  limits.made_of_token = 4;
  limits.made_of_org = 100;
  REQUIRE(try_mint(now + 5, limits, now, maker));
  REQUIRE(try_mint(now + 5, limits, now, child));
  const std::size_t of_org_before = counts_of_org(now).made_today;
  const std::int64_t back = now - 290;
  for (int i = 0; i < 2; ++i) REQUIRE(try_mint(back + 1, limits, back, maker));
  for (int i = 0; i < 3; ++i) REQUIRE(try_mint(back + 1, limits, back, child));
  CHECK(counts_of_org(back).made_today == of_org_before + 5);
  CHECK(apart(maker, back).own.made_today == 4);
  CHECK(apart(maker, back).further.made_today == 4);
  for (const TokenId& who : {maker, child}) {
    CHECK(contains(error_of(try_mint(back + 1, limits, back, who), ErrorKind::kLimit), "in a day, 4"));
  }
  CHECK(apart(maker, now).own.live == 2);
  CHECK(apart(maker, now).further.live == 1);
  CHECK(value_of(check_store(store)).faults.empty());
  run_sql(folder / "tokens.db", "DELETE FROM live_counts");
  CHECK(apart(maker, now).own.made_today == 4);
  CHECK(apart(maker, now).further.made_today == 4);
}

TEST_CASE_METHOD(Counted, "what is written already revoked counts for its day, and what is of earlier days does not") {
  const std::int64_t now = kNow - kNow % kDay + kDay + kDay / 2;
  const TokenId maker = made(std::nullopt);
  const std::size_t before = counts_of_org(now).made_today;
  REQUIRE(apart(maker, now).own.made_today == 0);
  const auto written = [&](const char* id, std::int64_t created) {
    run_sql(folder / "tokens.db",
            "INSERT INTO revocations VALUES ('" + std::string(id) + "', 1);" +
                "INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, maker,"
                " first_maker, local_user, created) SELECT '" +
                id + "', org, kid, profile, '', '', '', '', '', id, id, '', " + std::to_string(created) +
                " FROM tokens WHERE id = '" + to_string(maker) + "'");
  };
  written("67a18dba-761b-5281-be62-275744f1eb41", now);
  written("67a18dba-761b-5281-be62-275744f1eb42", now - kDay);
  CHECK(counts_of_org(now).made_today == before + 1);
  CHECK(apart(maker, now).own.made_today == 1);
  CHECK(apart(maker, now).own.live == 0);
}

TEST_CASE_METHOD(Counted, "an org's day has what is made at the store in it too") {
  const std::int64_t now = kNow - kNow % kDay + kDay;
  MintLimits limits;
  limits.made_of_org = 2;
  REQUIRE(try_mint(now + 1, limits, now));
  REQUIRE(try_mint(now + 1, {}, now));
  const auto refused = try_mint(now + 1, limits, now);
  CHECK(contains(error_of(refused, ErrorKind::kLimit), "the org has made as many"));
  CHECK(refused.error().retry_after_s == kDay);
  CHECK(try_mint(now + kDay + 1, limits, now + kDay));
}

TEST_CASE_METHOD(Counted, "first makers are known of what a restore takes over, whichever of the rows it brings") {
  const TokenId first = made(std::nullopt);
  const TokenId second = made_with(first);
  const fs::path backup = folder / "tokens.backup";
  REQUIRE(backup_store(store, backup, kNow));
  const TokenId third = made_with(second);
  const TokenId fourth = made_with(third);
  const StoreAddress address{"sqlite:" + (folder / "restored.db").native(), folder / "tokens.db.kek"};
  REQUIRE(restore_store(backup, address, RestoreWith::kAcceptedLostRevocations, folder / "tokens.db", kAnn, kNow));
  store = value_of(Store::open(address));
  for (const TokenId& one : {first, second, third, fourth}) CHECK(find_asker(store, one).first_maker == first);
  CHECK(counts_of_maker(first, kNow).live == 3);
  CHECK(value_of(check_store(store)).faults.empty());
}
