// What the registry knows of tokens: listing them, their last use, and forgetting them.
#include <algorithm>

#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"

using namespace authority_test;

namespace {

struct IssuedFixture : JudgeFixture {
  TokenId issued(auto change) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    change(request);
    return value_of(mint(store, request, kAnn, now++)).id;
  }
  TokenId issued() {
    return issued([](MintRequest&) {});
  }
  std::vector<TokenId> listed(auto change, std::int64_t at = kNow) {
    TokenFilter filter;
    change(filter);
    std::vector<TokenId> ids;
    for (const auto& token : value_of(list_tokens(store, filter, at))) ids.push_back(token.id);
    return ids;
  }
  std::int64_t now = kNow;
};

using Ids = std::vector<TokenId>;
constexpr std::int64_t kMonth = 30 * kDay;

std::size_t tokens_in(const fs::path& folder) { return std::stoul(run_sql(folder, "SELECT count(*) FROM tokens")); }

}  // namespace

TEST_CASE_METHOD(IssuedFixture, "a listed token says all that the registry knows") {
  const TokenId id = issued([](MintRequest& r) {
    r.profile = Profile::kDeploy;
    r.app = std::string("arcadia-prod-api");
    r.name = " CI ";
    r.holder = "build robot";
    r.not_after_unix_s = kNow + kDay;
  });
  const auto tokens = value_of(list_tokens(store, {}, kNow));
  REQUIRE(tokens.size() == 1);
  const IssuedToken& token = tokens[0];
  CHECK(token.id == id);
  CHECK(token.org == 8);
  CHECK(token.org_name == "arcadia-prod");
  CHECK(token.profile == Profile::kDeploy);
  CHECK(token.app == 81);
  CHECK(token.app_name == "arcadia-prod-api");
  CHECK(token.name == "CI");
  CHECK(token.holder == "build robot");
  CHECK_FALSE(token.maker);
  CHECK(token.local_user == "ann");
  CHECK(token.created_unix_s == kNow);
  CHECK(token.not_after_unix_s == kNow + kDay);
  CHECK_FALSE(token.revoked_unix_s);
  CHECK_FALSE(token.last_used_unix_s);
  CHECK_FALSE(token.key_retired);
  CHECK(value_of(find_token(store, id)).id == id);
  CHECK(contains(error_of(find_token(store, TokenId{}), ErrorKind::kNotFound), "00000000-"));
}

TEST_CASE_METHOD(IssuedFixture, "a token of another org is not found") {
  const TokenId id = issued();
  CHECK(value_of(find_token(store, id, 8)).org == 8);
  CHECK(error_of(find_token(store, id, 7), ErrorKind::kNotFound) ==
        "no token with the id " + to_string(id) + " was issued here");
}

TEST_CASE_METHOD(IssuedFixture, "a page has from 1 to 10 000 tokens") {
  const TokenId id = issued();
  for (const std::size_t limit : {std::size_t{0}, kMaxPageTokens + 1}) {
    (void)error_of(list_page(store, {}, std::nullopt, limit, kNow), ErrorKind::kInvalidArgument);
  }
  const auto page = value_of(list_page(store, {}, std::nullopt, kMaxPageTokens, kNow));
  REQUIRE(page.tokens.size() == 1);
  CHECK(page.tokens[0].id == id);
  CHECK_FALSE(page.next);
}

TEST_CASE_METHOD(IssuedFixture, "a token that asks is in the audit with the holder that it was given to") {
  const TokenId id = issued([](MintRequest& r) { r.holder = "Ann"; });
  const Actor actor = token_actor(store, id, "192.0.2.7");
  CHECK(actor.token == id);
  CHECK(actor.holder == "Ann");
  CHECK(actor.peer == "192.0.2.7");
  CHECK(token_actor(store, TokenId{}, "").holder.empty());
}

TEST_CASE_METHOD(IssuedFixture, "tokens are found by org, app, label and profile, oldest first") {
  const auto of = [&](const char* org, Profile profile, std::optional<std::string> app, const char* name) {
    return issued([&](MintRequest& r) {
      r.org = std::string(org);
      r.profile = profile;
      if (app) r.app = *app;
      r.name = name;
    });
  };
  const TokenId a = of("arcadia-prod", Profile::kReadonly, {}, "one");
  const TokenId b = of("arcadia-prod", Profile::kDeploy, "arcadia-prod-api", "two");
  const TokenId c = of("arcadia-dev", Profile::kDeploy, "arcadia-dev-api", "One");
  CHECK(listed([](TokenFilter&) {}) == Ids{a, b, c});
  CHECK(listed([](TokenFilter& f) { f.org = std::string("arcadia-prod"); }) == Ids{a, b});
  CHECK(listed([](TokenFilter& f) { f.org = std::uint64_t{7}; }) == Ids{c});
  CHECK(listed([](TokenFilter& f) { f.app = std::string("arcadia-prod-api"); }) == Ids{b});
  CHECK(listed([](TokenFilter& f) {
          f.app = std::uint64_t{71};
          f.org = std::uint64_t{7};
        }) == Ids{c});
  CHECK(listed([](TokenFilter& f) { f.name = " ONE "; }) == Ids{a, c});
  CHECK(listed([](TokenFilter& f) { f.profile = Profile::kDeploy; }) == Ids{b, c});
  CHECK(listed([](TokenFilter& f) {
          f.profile = Profile::kDeploy;
          f.name = "one";
        }) == Ids{c});
  CHECK(listed([](TokenFilter& f) { f.holder = "ann"; }).empty());

  const auto refused = [&](ErrorKind kind, auto change) {
    TokenFilter filter;
    change(filter);
    (void)error_of(list_tokens(store, filter, kNow), kind);
  };
  refused(ErrorKind::kNotFound, [](TokenFilter& f) { f.org = std::string("arcadia-qa"); });
  refused(ErrorKind::kNotFound, [](TokenFilter& f) { f.app = std::uint64_t{99}; });
  refused(ErrorKind::kInvalidArgument, [](TokenFilter& f) {
    f.org = std::uint64_t{8};
    f.app = std::uint64_t{71};
  });
}

TEST_CASE("a token is live, over, revoked for good, or of a retired key") {
  const auto status = [](std::optional<std::int64_t> end, std::optional<std::int64_t> revoked, bool retired) {
    IssuedToken token;
    token.not_after_unix_s = end;
    token.revoked_unix_s = revoked;
    token.key_retired = retired;
    return std::string(to_string(status_of(token, 100)));
  };
  CHECK(status(std::nullopt, std::nullopt, false) == "live");
  CHECK(status(100, std::nullopt, false) == "live");  // its last second
  CHECK(status(99, std::nullopt, false) == "expired");
  CHECK(status(std::nullopt, 50, false) == "revoked");
  CHECK(status(99, 50, false) == "revoked");
  CHECK(status(99, 99, false) == "revoked");
  CHECK(status(90, 95, false) == "expired");  // it was over already
  CHECK(status(std::nullopt, std::nullopt, true) == "key_retired");
  CHECK(status(99, std::nullopt, true) == "key_retired");
  CHECK(status(200, 50, true) == "revoked");
}

TEST_CASE_METHOD(IssuedFixture, "live tokens are listed, and what was asked for besides") {
  const TokenId endless = issued();
  const TokenId soon = issued([](MintRequest& r) { r.not_after_unix_s = kNow + kDay; });
  const TokenId later = issued([](MintRequest& r) { r.not_after_unix_s = kNow + 10 * kDay; });
  const TokenId revoked = issued();
  REQUIRE(revoke(store, {revoked}, kAnn, kNow));
  CHECK(listed([](TokenFilter&) {}) == Ids{endless, soon, later});
  CHECK(listed([](TokenFilter& f) { f.revoked = true; }) == Ids{endless, soon, later, revoked});
  CHECK(listed([](TokenFilter& f) { f.expired = true; }) == Ids{endless, soon, later});
  CHECK(listed([](TokenFilter& f) { f.ending_before_unix_s = kNow + 7 * kDay; }) == Ids{soon});
  CHECK(listed([](TokenFilter& f) { f.ending_before_unix_s = kNow + kDay; }) == Ids{soon});
  CHECK(listed([](TokenFilter& f) { f.ending_before_unix_s = kNow + kDay - 1; }).empty());
  const std::int64_t after = kNow + kDay + 1;
  CHECK(listed([](TokenFilter&) {}, after) == Ids{endless, later});
  CHECK(listed([](TokenFilter& f) { f.expired = true; }, after) == Ids{endless, soon, later});
  CHECK(listed([](TokenFilter& f) { f.ending_before_unix_s = kNow + 11 * kDay; }, after) == Ids{later});

  const Bytes kid = value_of(active_key(store, 8)).kid;
  (void)value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, now));
  CHECK(listed([](TokenFilter&) {}) == Ids{endless, soon, later});
  (void)value_of(retire_key(store, kid, 3, kAnn, now));
  CHECK(listed([](TokenFilter& f) { f.expired = true; }).empty());
  CHECK(listed([](TokenFilter& f) { f.revoked = true; }) == Ids{endless, soon, later, revoked});
}

TEST_CASE_METHOD(IssuedFixture, "the day of the last use is kept, and never goes back") {
  const TokenId id = issued();
  const std::int64_t today = kNow - kNow % kDay;
  const auto last_used = [&] { return value_of(find_token(store, id)).last_used_unix_s; };
  REQUIRE(note_uses(store, {id, TokenId{}, id}, kNow));
  CHECK(last_used() == today);
  REQUIRE(note_uses(store, {id}, kNow - 3 * kDay));
  CHECK(last_used() == today);
  REQUIRE(note_uses(store, {id}, kNow + kDay));
  CHECK(last_used() == today + kDay);

  // What is known already is no news to whoever watches the store.
  auto other = value_of(Store::open(address_of(folder / "tokens.db")));
  const auto version = value_of(other.data_version());
  REQUIRE(note_uses(store, {id, TokenId{}}, kNow + kDay + 1));
  REQUIRE(note_uses(store, {TokenId{}}, kNow + 9 * kDay));
  REQUIRE(note_uses(store, {}, kNow + 9 * kDay));
  CHECK(value_of(other.data_version()) == version);
}

TEST_CASE_METHOD(IssuedFixture, "pruning goes by the registry's end, 30 days after it") {
  const TokenId endless = issued();
  const TokenId ending = issued([](MintRequest& r) { r.not_after_unix_s = kNow + kDay; });
  const TokenId later = issued([](MintRequest& r) { r.not_after_unix_s = kNow + kDay + 1; });
  const TokenId unknown = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
  REQUIRE(revoke(store, {endless, ending, later, unknown}, kAnn, kNow));
  const fs::path file = folder / "tokens.db";

  const auto early = value_of(prune(store, kAnn, kNow + kDay + kMonth - 1));
  CHECK(early.tokens == 0);
  CHECK(early.revocations == 0);
  CHECK(tokens_in(file) == 3);

  const auto pruned = value_of(prune(store, kAnn, kNow + kDay + kMonth));
  CHECK(pruned.tokens == 1);
  CHECK(pruned.revocations == 1);
  (void)error_of(find_token(store, ending), ErrorKind::kNotFound);
  const auto snapshot = value_of(Snapshot::load(store));
  CHECK_FALSE(snapshot->is_revoked(ending));
  CHECK(snapshot->is_revoked(later));
  CHECK(snapshot->is_revoked(endless));
  CHECK(snapshot->is_revoked(unknown));

  // However long ago: what never ends stays, and so does what the registry does not know.
  const auto all = value_of(prune(store, kAnn, kNow + 100'000 * kDay));
  CHECK(all.tokens == 1);
  CHECK(value_of(Snapshot::load(store))->is_revoked(endless));
  CHECK(value_of(Snapshot::load(store))->is_revoked(unknown));
  CHECK(tokens_in(file) == 1);
}

TEST_CASE_METHOD(IssuedFixture, "a clock that is behind the newest record prunes nothing") {
  (void)issued([](MintRequest& r) { r.not_after_unix_s = kNow + kDay; });
  const std::int64_t much_later = kNow + 200 * kDay;
  (void)value_of(create_org(store, "arcadia-qa", std::nullopt, kAnn, much_later));
  (void)error_of(prune(store, kAnn, much_later - 301), ErrorKind::kClock);
  CHECK(tokens_in(folder / "tokens.db") == 1);
  CHECK(value_of(prune(store, kAnn, much_later - 300)).tokens == 1);
}

TEST_CASE_METHOD(IssuedFixture, "rows that make no sense are no tokens") {
  const TokenId id = issued();
  SECTION("no profile") { run_sql(folder / "tokens.db", "UPDATE tokens SET profile = 'all'"); }
  SECTION("no id") { run_sql(folder / "tokens.db", "UPDATE tokens SET id = 'x'"); }
  SECTION("no maker's id") { run_sql(folder / "tokens.db", "UPDATE tokens SET maker = 'x'"); }
  (void)id;
  (void)error_of(list_tokens(store, {}, kNow), ErrorKind::kUnusableStore);
}
