// How many live tokens there are is known without counting them, whatever happens to them.
#include "authority/store/store_state.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/tokens/live_counts.h"
#include "authority/tokens/revocations.h"
#include "authority_support.h"
#include "libtoken/bundle.h"

using namespace authority_test;

namespace {

struct Counted : ExampleStore {
  static constexpr std::uint64_t kProdId = 8;

  std::size_t of_org(std::int64_t now) {
    return value_of(write_transaction(
        store, [&](soci::session& sql) -> Result<std::size_t> { return count_live_of_org(sql, kProdId, now); }));
  }
  std::size_t of_maker(const TokenId& maker, std::int64_t now) {
    return value_of(write_transaction(
        store, [&](soci::session& sql) -> Result<std::size_t> { return count_live_of_maker(sql, maker, now); }));
  }
  /// As the list says, which looks at every token.
  std::size_t listed(std::int64_t now) {
    TokenFilter filter;
    filter.org = std::string("arcadia-prod");
    return value_of(list_tokens(store, filter, now)).size();
  }
  Result<Minted> try_mint(std::optional<std::int64_t> end, const LiveLimits& limits = {}, std::int64_t now = kNow) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    request.not_after_unix_s = end;
    request.live_limits = limits;
    return mint(store, request, kAnn, now);
  }
  TokenId made(std::optional<std::int64_t> end) { return value_of(try_mint(end)).id; }
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
  LiveLimits limits;
  limits.of_org = 2;
  REQUIRE(try_mint(kNow + 10, limits));
  REQUIRE(try_mint(std::nullopt, limits));
  CHECK(contains(error_of(try_mint(std::nullopt, limits), ErrorKind::kLimit), "the org has as many live tokens"));
  CHECK(try_mint(std::nullopt, limits, kNow + 11));  // one has ended
  (void)error_of(try_mint(std::nullopt, limits, kNow + 11), ErrorKind::kLimit);
  CHECK(try_mint(std::nullopt, {}, kNow + 11));  // no limit

  const std::string header = value_of(try_mint(std::nullopt)).header;
  const Judge judge(value_of(Snapshot::load(store)));
  VerifierScratch scratch;
  MintRequest request;
  request.org = std::string("arcadia-prod");
  Maker maker;
  const auto key = value_of(active_key(store, kProdId));
  maker.id = value_of(Bundle::parse(header)).parts().front()->id();
  maker.kid = key.kid;
  maker.org = kProdId;
  maker.caveats.organization(kProdId, kAllActions);
  request.maker = maker;
  request.live_limits.of_maker = 2;
  const TokenId child = value_of(mint(store, request, kAnn, kNow + 11)).id;
  REQUIRE(mint(store, request, kAnn, kNow + 11));
  CHECK(of_maker(maker.id, kNow + 11) == 2);
  CHECK(contains(error_of(mint(store, request, kAnn, kNow + 11), ErrorKind::kLimit), "the token that asks"));
  REQUIRE(revoke(store, {child}, kAnn, kNow + 11));
  CHECK(of_maker(maker.id, kNow + 11) == 1);
  CHECK(mint(store, request, kAnn, kNow + 11));
}
