// What a good token may cause: how often it mints and lists, and how many live tokens there are.
#include <map>

#include "registry_world.h"
#include "settings/setting_table.h"
#include "state/usage_limits.h"
#include "support/catch.h"

using namespace libtoken;
using namespace tokend;
using nlohmann::json;
using Time = UsageLimits::Time;
using std::chrono::seconds;

namespace {

TokenId numbered(std::uint8_t number) {
  TokenId id;
  id.bytes[0] = number;
  return id;
}

// A token that no other made, and one that descends from it.
UsageLimits::Asker first(std::uint8_t number) { return {numbered(number), numbered(number)}; }
UsageLimits::Asker below(std::uint8_t number, std::uint8_t first_maker) {
  return {numbered(number), numbered(first_maker)};
}

constexpr std::uint64_t kOrg = 7;
using Whose = UsageLimits::Whose;
const json kReadonly{{"profile", "readonly"}};

}  // namespace

TEST_CASE("a token that is not told otherwise does not fill the store", "[usage]") {
  const UsageSettings defaults;
  CHECK(defaults.mints_of_token == 1'200);
  CHECK(defaults.live_of_token == 20'000);
  CHECK(defaults.daily_mints_of_token == 50'000);
  CHECK(defaults.live_of_org == 1'000'000);
  const std::map<std::string, std::size_t> same{{"mints-per-org", defaults.mints_of_org},
                                                {"mints-per-token", defaults.mints_of_token},
                                                {"lists-per-org", defaults.lists_of_org},
                                                {"lists-per-token", defaults.lists_of_token},
                                                {"live-per-org", defaults.live_of_org},
                                                {"live-per-token", defaults.live_of_token},
                                                {"daily-mints-per-org", defaults.daily_mints_of_org},
                                                {"daily-mints-per-token", defaults.daily_mints_of_token},
                                                {"audited-refusals", defaults.audited_refusals_of_token}};
  std::size_t found = 0;
  for (const auto& entry : kSettings) {
    const auto one = same.find(entry.key);
    if (one == same.end()) continue;
    CHECK(std::string(entry.default_value) == std::to_string(one->second));
    ++found;
  }
  CHECK(found == same.size());
}

TEST_CASE("a rate is used up by as many requests as it has, and has room again bit by bit", "[usage]") {
  UsageSettings settings;
  settings.mints_of_org = 60;
  settings.mints_of_token = 6;
  UsageLimits limits(settings);
  const Time start = Time() + std::chrono::hours(1);
  for (int i = 0; i < 6; ++i) CHECK_FALSE(limits.take(Rated::kMint, kOrg, first(1), start));
  const auto excess = limits.take(Rated::kMint, kOrg, first(1), start);
  REQUIRE(excess);
  CHECK(excess->whose == Whose::kFirstMaker);
  CHECK(excess->wait == seconds(10));
  CHECK(limits.take(Rated::kMint, kOrg, first(1), start + seconds(4))->wait == seconds(6));
  CHECK_FALSE(limits.take(Rated::kMint, kOrg, first(1), start + seconds(10)));
  CHECK(limits.take(Rated::kMint, kOrg, first(1), start + seconds(10)));
  // Lists are counted apart, and so is another token.
  CHECK_FALSE(limits.take(Rated::kList, kOrg, first(1), start));
  CHECK_FALSE(limits.take(Rated::kMint, kOrg, first(2), start));
  CHECK_FALSE(limits.take(Rated::kNothing, kOrg, first(1), start));
}

TEST_CASE("an org's rate is for all of its tokens, and what is refused does not count", "[usage]") {
  UsageSettings settings;
  settings.lists_of_org = 10;
  settings.lists_of_token = 4;
  UsageLimits limits(settings);
  const Time start = Time() + std::chrono::hours(1);
  const auto take = [&](std::uint8_t token) { return limits.take(Rated::kList, kOrg, first(token), start); };
  for (int i = 0; i < 100; ++i) (void)take(1);
  for (int i = 0; i < 4; ++i) CHECK_FALSE(take(2));
  CHECK_FALSE(take(3));
  CHECK_FALSE(take(3));
  const auto excess = take(3);
  REQUIRE(excess);
  CHECK(excess->whose == Whose::kOrg);
  CHECK(excess->wait == seconds(6));
  CHECK_FALSE(limits.take(Rated::kList, kOrg + 1, first(4), start));

  settings.lists_of_org = 0;
  settings.lists_of_token = 0;
  limits.change(settings);
  for (int i = 0; i < 100; ++i) CHECK_FALSE(take(1));
}

TEST_CASE("very many tokens are counted together, rather than without end", "[usage]") {
  UsageSettings settings;
  settings.mints_of_org = 0;
  settings.mints_of_token = 2;
  UsageLimits limits(settings);
  const Time start = Time() + std::chrono::hours(1);
  std::size_t refused = 0;
  for (std::uint32_t i = 0; i < UsageLimits::kMostApart + 10; ++i) {
    TokenId id;
    for (std::size_t byte = 0; byte < 4; ++byte) id.bytes[byte] = static_cast<std::uint8_t>((i + 1) >> (8 * byte));
    refused += limits.take(Rated::kMint, kOrg, {id, id}, start) ? 1 : 0;
  }
  CHECK(refused == 8);
  // A minute later they have room of their own again.
  CHECK_FALSE(limits.take(Rated::kMint, kOrg, first(250), start + seconds(61)));
}

TEST_CASE("what descends from a token uses up a rate of its own, and one of them only a part of its lists", "[usage]") {
  UsageSettings settings;
  settings.mints_of_token = 4;
  settings.lists_of_token = 30;
  UsageLimits limits(settings);
  const Time start = Time() + std::chrono::hours(1);
  for (int i = 0; i < 4; ++i) CHECK_FALSE(limits.take(Rated::kMint, kOrg, below(2, 1), start));
  for (const std::uint8_t token : {std::uint8_t{2}, std::uint8_t{3}}) {
    const auto excess = limits.take(Rated::kMint, kOrg, below(token, 1), start);
    REQUIRE(excess);
    CHECK(excess->whose == Whose::kDescendants);
  }
  for (int i = 0; i < 4; ++i) CHECK_FALSE(limits.take(Rated::kMint, kOrg, first(1), start));
  CHECK(limits.take(Rated::kMint, kOrg, first(1), start));
  CHECK_FALSE(limits.take(Rated::kMint, kOrg, below(5, 4), start));  // of another first maker

  for (std::uint8_t token = 2; token < 12; ++token) {
    for (int i = 0; i < 3; ++i) CHECK_FALSE(limits.take(Rated::kList, kOrg, below(token, 1), start));
    const auto excess = limits.take(Rated::kList, kOrg, below(token, 1), start);
    REQUIRE(excess);
    CHECK(excess->whose == (token < 11 ? Whose::kDescendant : Whose::kDescendants));
  }
  for (int i = 0; i < 30; ++i) CHECK_FALSE(limits.take(Rated::kList, kOrg, first(1), start));
  CHECK(limits.take(Rated::kList, kOrg, first(1), start));

  settings.lists_of_token = 2;  // a part of it is one at least
  limits.change(settings);
  const Time later = start + std::chrono::hours(1);
  CHECK_FALSE(limits.take(Rated::kList, kOrg, below(2, 1), later));
  CHECK(limits.take(Rated::kList, kOrg, below(2, 1), later));
  CHECK_FALSE(limits.take(Rated::kList, kOrg, below(3, 1), later));
}

TEST_CASE("very many descendants do not take the place of what they descend from", "[usage]") {
  UsageSettings settings;
  settings.lists_of_org = 0;
  settings.lists_of_token = 1'000'000;
  UsageLimits limits(settings);
  const Time start = Time() + std::chrono::hours(1);
  for (std::uint32_t i = 0; i < UsageLimits::kMostApart + 10; ++i) {
    TokenId id;
    for (std::size_t byte = 0; byte < 4; ++byte) id.bytes[byte] = static_cast<std::uint8_t>((i + 1) >> (8 * byte));
    REQUIRE_FALSE(limits.take(Rated::kList, kOrg, {id, numbered(1)}, start));
  }
  settings.lists_of_token = 1;
  limits.change(settings);
  for (std::uint8_t token = 200; token < 210; ++token) {
    CHECK_FALSE(limits.take(Rated::kList, kOrg, first(token), start));
  }
}

TEST_CASE("a token that mints or lists too often is told when to ask again, and others are not held up", "[usage]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--mints-per-token", "3", "--lists-per-token", "2"});
  const Made busy = make(world, Profile::kOrg, "arcadia-dev");
  const Made other = make(world, Profile::kOrg, "arcadia-dev");
  for (int i = 0; i < 3; ++i) CHECK(tell(daemon, busy.header, "POST", "/v1/tokens", kReadonly).status == 201);
  const Told mint = tell(daemon, busy.header, "POST", "/v1/tokens", kReadonly);
  CHECK(mint.outcome() == "429 rate_limited");
  const int wait = std::stoi(mint.headers.at("retry-after"));
  CHECK(wait >= 1);
  CHECK(wait <= 20);
  const auto entry = newest_entry(world, world.dev.id);
  CHECK(entry.refused);
  CHECK(entry.detail.find("too often") != std::string::npos);
  CHECK(tell(daemon, other.header, "POST", "/v1/tokens", kReadonly).status == 201);

  CHECK(tell(daemon, busy.header, "GET", "/v1/tokens").status == 200);
  CHECK(tell(daemon, busy.header, "GET", "/v1/apps").status == 200);
  for (const char* target : {"/v1/tokens", "/v1/apps", "/v1/orgs", "/v1/keys", "/v1/audit"}) {
    CHECK(tell(daemon, busy.header, "GET", target).outcome() == "429 rate_limited");
  }
  // What is no list, and what ends tokens, is always done.
  CHECK(tell(daemon, busy.header, "GET", "/v1/whoami").status == 200);
  CHECK(tell(daemon, busy.header, "GET", "/v1/tokens/" + other.id).status == 200);
  CHECK(tell(daemon, busy.header, "DELETE", "/v1/tokens/" + other.id).status == 200);
  CHECK(tell(daemon, busy.header, "DELETE", "/v1/tokens/self").status == 200);
}

TEST_CASE("what a token may not do uses nothing up", "[usage]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--mints-per-org", "2"});
  const Made readonly = make(world, Profile::kReadonly, "arcadia-dev");
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  for (int i = 0; i < 5; ++i) {
    CHECK(tell(daemon, readonly.header, "POST", "/v1/tokens", kReadonly).outcome() == "403 not_allowed");
  }
  CHECK(tell(daemon, admin.header, "POST", "/v1/tokens", kReadonly).status == 201);
  CHECK(tell(daemon, admin.header, "POST", "/v1/tokens", kReadonly).status == 201);
  const Told third = tell(daemon, admin.header, "POST", "/v1/tokens", kReadonly);
  CHECK(third.outcome() == "429 rate_limited");
  CHECK(third.body.at("error").at("message").get<std::string>().find("The token's org") == 0);
  CHECK(tell(daemon, world.mint(Profile::kOrg, "arcadia-prod"), "POST", "/v1/tokens", kReadonly).status == 201);
}

TEST_CASE("no more tokens are live than there may be", "[usage]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--live-per-org", "4", "--live-per-token", "2"});
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const auto mint = [&](const std::string& token) { return tell(daemon, token, "POST", "/v1/tokens", kReadonly); };
  const Told first = mint(admin.header);
  REQUIRE(first.status == 201);
  REQUIRE(mint(admin.header).status == 201);
  const Told third = mint(admin.header);
  CHECK(third.outcome() == "429 too_many_tokens");
  CHECK(third.headers.at("retry-after") == "60");
  const std::string message = third.body.at("error").at("message");
  CHECK(message.find("The token that asks has as many live tokens as it may have, 2:") == 0);
  REQUIRE(tell(daemon, admin.header, "DELETE", "/v1/tokens/" + first.body.at("id").get<std::string>()).status == 200);
  CHECK(mint(admin.header).status == 201);
  const Made second = make(world, Profile::kOrg, "arcadia-dev");  // at the store there is no limit
  CHECK(mint(second.header).outcome() == "429 too_many_tokens");
}

TEST_CASE("a token gets no new budget by making others, and they take none of the first one's", "[usage]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--mints-per-token", "4", "--lists-per-token", "2"});
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const json org{{"profile", "org"}};
  const Told child = tell(daemon, admin.header, "POST", "/v1/tokens", org);
  REQUIRE(child.status == 201);
  std::string newest = child.body.at("token");
  for (int i = 0; i < 4; ++i) {
    const Told made = tell(daemon, newest, "POST", "/v1/tokens", org);
    REQUIRE(made.status == 201);
    newest = made.body.at("token");
  }
  const std::string middle = child.body.at("token");
  for (const std::string& token : {newest, middle}) {
    CHECK(tell(daemon, token, "POST", "/v1/tokens", org).outcome() == "429 rate_limited");
  }
  // Of two lists that they share, one of them has one.
  CHECK(tell(daemon, newest, "GET", "/v1/apps").status == 200);
  const Told again = tell(daemon, newest, "GET", "/v1/apps");
  CHECK(again.outcome() == "429 rate_limited");
  CHECK(again.body.at("error").at("message").get<std::string>().find("The token has asked") == 0);
  CHECK(tell(daemon, middle, "GET", "/v1/apps").status == 200);
  // What the first one may do is untouched.
  for (int i = 0; i < 3; ++i) CHECK(tell(daemon, admin.header, "POST", "/v1/tokens", org).status == 201);
  CHECK(tell(daemon, admin.header, "POST", "/v1/tokens", org).outcome() == "429 rate_limited");
  CHECK(tell(daemon, admin.header, "GET", "/v1/audit").status == 200);
  CHECK(tell(daemon, admin.header, "GET", "/v1/tokens").status == 200);
  CHECK(tell(daemon, make(world, Profile::kOrg, "arcadia-dev").header, "POST", "/v1/tokens", org).status == 201);
}

TEST_CASE("what a descendant makes in a day and keeps alive is not the first one's", "[usage]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--daily-mints-per-token", "3", "--live-per-token", "2"});
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const json org{{"profile", "org"}};
  const auto mint = [&](const std::string& token) { return tell(daemon, token, "POST", "/v1/tokens", org); };
  const std::string child = mint(admin.header).body.at("token");
  const std::string one = mint(child).body.at("id");
  REQUIRE(mint(child).status == 201);
  CHECK(mint(child).outcome() == "429 too_many_tokens");
  REQUIRE(tell(daemon, child, "DELETE", "/v1/tokens/" + one).status == 200);
  REQUIRE(mint(child).status == 201);
  REQUIRE(tell(daemon, admin.header, "DELETE", "/v1/tokens?for=nobody").status == 200);
  const Told full = mint(child);
  CHECK(full.outcome() == "429 too_many_tokens");
  CHECK(full.body.at("error").at("message").get<std::string>().find(
            "The token that asks, with all that descends from the same first token, has as many") == 0);
  CHECK(mint(admin.header).status == 201);
  CHECK(mint(admin.header).outcome() == "429 too_many_tokens");
}

TEST_CASE("tokens that end or are revoked at once fill the store no further than a day's share", "[usage]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--daily-mints-per-token", "3"});
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const json brief{{"profile", "readonly"}, {"expiry", "1s"}};
  for (int i = 0; i < 3; ++i) {
    const Told made = tell(daemon, admin.header, "POST", "/v1/tokens", brief);
    REQUIRE(made.status == 201);
    CHECK(tell(daemon, admin.header, "DELETE", "/v1/tokens/" + made.body.at("id").get<std::string>()).status == 200);
  }
  const Told refused = tell(daemon, admin.header, "POST", "/v1/tokens", brief);
  CHECK(refused.outcome() == "429 rate_limited");
  const int wait = std::stoi(refused.headers.at("retry-after"));
  CHECK(wait >= 1);
  CHECK(wait <= 24 * 60 * 60);
  CHECK(newest_entry(world, world.dev.id).detail.find("in a day") != std::string::npos);
}
