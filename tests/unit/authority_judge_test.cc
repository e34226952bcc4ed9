#include <algorithm>
#include <limits>
#include <vector>

#include "authority_judge_support.h"
#include "libtoken/bundle.h"

using namespace authority_test;

namespace {

std::string with_caveats(const std::string& header, const CaveatSet& caveats) {
  auto bundle = value_of(Bundle::parse(header));
  auto& token = bundle.parts().front();
  REQUIRE(token);
  REQUIRE(token->attenuate(caveats));
  return "FlyV1 " + token->text();
}

/// Everything of an answer that leaves the service.
std::string shown(const Decision& decision) {
  std::string text = decision.allowed ? "allowed" : "denied";
  if (decision.token) text += " " + to_string(*decision.token);
  text += " " + std::to_string(decision.org);
  for (const auto& reason : decision.reasons) {
    text += std::string("\n") + to_string(reason.code) + " " + reason.message + " " +
            std::to_string(reason.part.value_or(999)) + " " + reason.log_note;
  }
  return text;
}

}  // namespace

TEST_CASE_METHOD(JudgeFixture, "a read-only token may read anywhere in its org, and not write") {
  const auto token = minted(Profile::kReadonly, "arcadia-prod");
  const auto read = ask(token, "r", "arcadia-prod", "arcadia-prod-api");
  CHECK(read.allowed);
  CHECK(read.org == 8);
  CHECK(read.profile == Profile::kReadonly);
  CHECK(read.expires_unix_s == kNow + 2 * kDay);
  CHECK(read.token == value_of(Bundle::parse(token)).parts().front()->id());
  CHECK(ask(token, "r", "arcadia-prod").allowed);
  CHECK(ask(token, "r", std::uint64_t{8}, std::uint64_t{81}).allowed);
  CHECK(ask(token, "r", {}, "arcadia-prod-api").allowed);  // the app says which org

  const auto write = ask(token, "w", "arcadia-prod", "arcadia-prod-api");
  REQUIRE(codes(write) == Codes{"caveat"});
  CHECK(write.reasons[0].caveat_index == 1);
  CHECK(write.reasons[0].caveat_type == "Organization");
  CHECK(write.reasons[0].verdict == Verdict::kAction);
  CHECK(write.reasons[0].part == 0);
  CHECK(write.reasons[0].message == "Caveat 2 (Organization) allows only r, and the access is w.");
  CHECK(write.token == read.token);
  CHECK(write.profile == Profile::kReadonly);
  CHECK_FALSE(ask(token, "rw", "arcadia-prod").allowed);
}

TEST_CASE_METHOD(JudgeFixture, "a deploy token may do all to its app, and only read the rest of its org") {
  const auto token = minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  (void)value_of(create_app(store, std::string("arcadia-prod"), "arcadia-prod-web", std::nullopt, kAnn, kNow));
  const auto write = ask(token, "w", "arcadia-prod", "arcadia-prod-api");
  CHECK(write.allowed);
  CHECK(write.profile == Profile::kDeploy);
  CHECK(ask(token, "rwcdC", {}, "arcadia-prod-api").allowed);
  CHECK(ask(token, "r", "arcadia-prod").allowed);

  CHECK(codes(ask(token, "w", {}, "arcadia-dev-api")) == Codes{"wrong_org"});
  CHECK(codes(ask(token, "w", "arcadia-dev", "arcadia-dev-api")) == Codes{"wrong_org"});
  CHECK(codes(ask(token, "r", "arcadia-dev")) == Codes{"wrong_org"});
  const auto other_app = ask(token, "w", {}, "arcadia-prod-web");
  REQUIRE(codes(other_app) == Codes{"caveat"});
  CHECK(other_app.reasons[0].caveat_type == "IfPresent");
  CHECK(other_app.reasons[0].verdict == Verdict::kResource);
  CHECK(codes(ask(token, "d", "arcadia-prod")) == Codes{"caveat"});

  Access building;
  building.feature = "builder";
  CHECK(ask(token, "w", "arcadia-prod", {}, kNow, building).allowed);
  building.feature = "billing";
  CHECK_FALSE(ask(token, "w", "arcadia-prod", {}, kNow, building).allowed);
}

TEST_CASE_METHOD(JudgeFixture,
                 "a refusal says what is allowed and what was asked, and no name that the holder may not know") {
  const auto web =
      value_of(create_app(store, std::string("arcadia-prod"), "arcadia-prod-web", std::nullopt, kAnn, kNow));
  const std::string number = std::to_string(web.id);
  const auto first = [](const Decision& decision) {
    REQUIRE_FALSE(decision.allowed);
    return decision.reasons.at(0).message;
  };
  const auto only = with_caveats(minted(Profile::kOrg, "arcadia-prod"), CaveatSet().apps({{81, kAllActions}}));
  CHECK(first(ask(only, "w", {}, "arcadia-prod-web")) ==
        "Caveat 3 (Apps) allows only app arcadia-prod-api (81); asked: w on app arcadia-prod-web (" + number + ").");
  // Asked by id, it is not named; nor is one that a holder has written beside it, and that the token allows nothing of.
  CHECK(first(ask(only, "w", {}, web.id)) ==
        "Caveat 3 (Apps) allows only app arcadia-prod-api (81); asked: w on app " + number + ".");
  const auto guess =
      with_caveats(only, CaveatSet()
                             .apps(web.id < 81 ? CaveatSet::Ids{{web.id, kAllActions}, {81, kAllActions}}
                                               : CaveatSet::Ids{{81, kAllActions}, {web.id, kAllActions}})
                             .action(kRead));
  for (const Reason& reason : ask(guess, "w", {}, std::uint64_t{81}).reasons)
    CHECK_FALSE(contains(reason.message, "arcadia-prod-web"));
  for (const Reason& reason : ask(guess, "w", {}, web.id).reasons)
    CHECK_FALSE(contains(reason.message, "arcadia-prod-web"));
  CHECK(first(ask(only, "w", "arcadia-prod")) ==
        "Caveat 3 (Apps) allows only app arcadia-prod-api (81), and the access names no app.");
  CHECK(
      first(ask(minted(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api"), "w", {}, "arcadia-prod-web")) ==
      "Caveat 2 (IfPresent) allows where the request names what these speak of: only app arcadia-prod-api (81); and"
      " only the features builder and wg; where it names none of it: only reading; asked: w on app arcadia-prod-web (" +
          number + ").");

  Access tokens;
  tokens.feature = "tokens";
  CHECK(first(ask(minted(Profile::kOrg, "arcadia-prod", std::nullopt, Role::kMember), "C", "arcadia-prod", {}, kNow,
                  tokens)) ==
        "Caveat 2 (IsMember) makes this a member's token, and an admin's is needed; asked: C on feature tokens.");
  const auto one = with_caveats(minted(Profile::kOrg, "arcadia-prod"),
                                CaveatSet().names(CaveatType::kFeatureSet, {{"wg\x1b[2J", kRead}}));
  CHECK(first(ask(one, "r", "arcadia-prod", {}, kNow, tokens)) ==
        "Caveat 3 (FeatureSet) allows only the feature \"wg\\x1b[2J\" for reading; asked: r on feature tokens.");
  // However much a caveat lists, what is said of it stays short.
  std::vector<std::pair<std::string, ActionMask>> many;
  for (int i = 100; i < 200; ++i) many.emplace_back("feature-" + std::string(60, 'x') + std::to_string(i), kRead);
  const auto long_one =
      with_caveats(minted(Profile::kOrg, "arcadia-prod"), CaveatSet().names(CaveatType::kFeatureSet, many));
  CHECK(first(ask(long_one, "r", "arcadia-prod", {}, kNow, tokens)).size() < 600);
}

TEST_CASE_METHOD(JudgeFixture, "an org token may do all as an admin, and no billing as a member") {
  const auto admin = minted(Profile::kOrg, "arcadia-dev");
  const auto member = minted(Profile::kOrg, "arcadia-dev", std::nullopt, Role::kMember);
  CHECK(ask(admin, "d", "arcadia-dev").allowed);
  CHECK(ask(admin, "d", "arcadia-dev").profile == Profile::kOrg);
  CHECK(ask(member, "d", "arcadia-dev").allowed);
  CHECK(ask(member, "rwcdC", {}, "arcadia-dev-api").allowed);
  CHECK(codes(ask(admin, "r", "arcadia-prod")) == Codes{"wrong_org"});

  Access billing;
  billing.feature = "billing";
  CHECK(ask(admin, "r", "arcadia-dev", {}, kNow, billing).allowed);
  CHECK(ask(admin, "w", "arcadia-dev", {}, kNow, billing).allowed);
  CHECK_FALSE(ask(member, "r", "arcadia-dev", {}, kNow, billing).allowed);
  CHECK_FALSE(ask(member, "w", "arcadia-dev", {}, kNow, billing).allowed);
}

TEST_CASE_METHOD(JudgeFixture, "a narrowed token allows less, and a changed one nothing") {
  const auto token = minted(Profile::kOrg, "arcadia-prod");
  const auto narrowed = with_caveats(token, CaveatSet().action(kRead));
  CHECK(ask(token, "w", "arcadia-prod").allowed);
  CHECK(ask(narrowed, "r", "arcadia-prod").allowed);
  CHECK(ask(narrowed, "w", "arcadia-prod").reasons.at(0).message ==
        "Caveat 3 (Action) allows only r, and the access is w.");
  CHECK(ask(narrowed, "r", "arcadia-prod").token == ask(token, "r", "arcadia-prod").token);

  std::string changed = token;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  CHECK_FALSE(ask(changed, "r", "arcadia-prod").allowed);
}

TEST_CASE_METHOD(JudgeFixture, "a token is over when its window is, and none is before it") {
  const auto token = minted(Profile::kReadonly, "arcadia-prod");
  CHECK(ask(token, "r", "arcadia-prod", {}, kNow + 2 * kDay).allowed);
  const auto over = ask(token, "r", "arcadia-prod", {}, kNow + 2 * kDay + 1);
  REQUIRE(codes(over) == Codes{"expired"});
  CHECK(over.reasons[0].time_unix_s == kNow + 2 * kDay);
  CHECK(over.reasons[0].caveat_type == "ValidityWindow");
  CHECK(over.reasons[0].verdict == Verdict::kUnauthorized);
  CHECK(contains(over.reasons[0].message, "2027-01-17T08:00:00Z"));
  // A judge whose clock is as far behind as we allow takes a token that was made this moment.
  CHECK(ask(token, "r", "arcadia-prod", {}, kNow - 300).allowed);

  const auto later = with_caveats(token, CaveatSet().validity_window(kNow + 10, kNow + 3600));
  CHECK(ask(later, "r", "arcadia-prod", {}, kNow + 10).allowed);
  CHECK(ask(later, "r", "arcadia-prod", {}, kNow + 10).expires_unix_s == kNow + 3600);
  CHECK_FALSE(ask(later, "r", "arcadia-prod", {}, kNow + 9).allowed);
}

TEST_CASE_METHOD(JudgeFixture, "staging's key cannot make a production token") {
  const auto good = crafted(7, CaveatSet().organization(7, kAllActions));
  CHECK(ask(good, "r", "arcadia-dev").allowed);
  const auto forged = crafted(7, CaveatSet().organization(8, kAllActions));
  CHECK(codes(ask(forged, "r", "arcadia-prod")) == Codes{"wrong_org"});
  CHECK(codes(ask(forged, "r", "arcadia-dev")) == Codes{"wrong_org"});
  CHECK(codes(ask(forged, "r", {}, "arcadia-prod-api")) == Codes{"wrong_org"});
}

TEST_CASE_METHOD(JudgeFixture, "a token that does not begin with its own org counts for nothing") {
  const CaveatSet caveats[] = {
      CaveatSet(),
      CaveatSet().organization(0, kAllActions),
      CaveatSet().organization(0, kAllActions).organization(7, kAllActions),
      CaveatSet().action(kAllActions).organization(7, kAllActions),
      CaveatSet().validity_window(0, kNow + kDay),
  };
  for (const auto& set : caveats) {
    CAPTURE(set.size());
    const auto token = crafted(7, set);
    CHECK(codes(ask(token, "r", "arcadia-dev")) == Codes{"wrong_org"});
    CHECK(codes(ask(token, "r", "arcadia-prod")) == Codes{"wrong_org"});
  }
}

TEST_CASE_METHOD(JudgeFixture, "an app of another org is refused, whoever asks") {
  const auto token = minted(Profile::kOrg, "arcadia-prod");
  CHECK(codes(ask(token, "r", "arcadia-prod", "arcadia-dev-api")) == Codes{"app_not_in_org"});
  CHECK(codes(ask(token, "r", std::uint64_t{8}, std::uint64_t{71})) == Codes{"app_not_in_org"});
  CHECK(codes(ask(token, "r", "arcadia-dev", "arcadia-prod-api")) == Codes{"app_not_in_org"});
  CHECK(ask(token, "r", "arcadia-prod", "arcadia-prod-api").allowed);
}

TEST_CASE_METHOD(JudgeFixture, "names and ids that nothing has are told to whoever has a token of ours") {
  const auto token = minted(Profile::kOrg, "arcadia-prod");
  CHECK(codes(ask(token, "r", "arcadia-qa")) == Codes{"unknown_org"});
  CHECK(codes(ask(token, "r", std::uint64_t{9})) == Codes{"unknown_org"});
  CHECK(codes(ask(token, "r", std::uint64_t{0})) == Codes{"unknown_org"});
  CHECK(codes(ask(token, "r", "8")) == Codes{"unknown_org"});
  CHECK(codes(ask(token, "r", {}, "arcadia-qa-api")) == Codes{"unknown_app"});
  CHECK(codes(ask(token, "r", "arcadia-prod", std::numeric_limits<std::uint64_t>::max())) == Codes{"unknown_app"});
  CHECK(codes(ask(token, "r", "arcadia-qa", "arcadia-qa-api")) == Codes{"unknown_org", "unknown_app"});
}

TEST_CASE_METHOD(JudgeFixture, "what is no question is refused") {
  const auto token = minted(Profile::kOrg, "arcadia-prod");
  CHECK(codes(ask(token, "r", {})) == Codes{"invalid_access"});
  CHECK(codes(ask(token, "", "arcadia-prod")) == Codes{"invalid_access"});
  Access two;
  two.feature = "builder";
  CHECK(codes(ask(token, "r", "arcadia-prod", "arcadia-prod-api", kNow, two)) == Codes{"invalid_access"});
  Access homeless;
  homeless.machine = "m1";
  CHECK(codes(ask(token, "r", "arcadia-prod", {}, kNow, homeless)) == Codes{"invalid_access"});
  // The judge's own clock and registry count, whatever the caller filled in.
  Access pretending;
  pretending.now_unix_s = kNow;
  pretending.org = 8;
  CHECK_FALSE(ask(token, "r", {}, {}, kNow + 3 * kDay, pretending).allowed);
  CHECK_FALSE(ask(token, "r", "arcadia-prod", {}, kNow + 3 * kDay, pretending).allowed);
}

TEST_CASE_METHOD(JudgeFixture, "nothing of the registry is told before a chain has verified") {
  const auto own = value_of(active_key(store, 8));
  CaveatSet caveats;
  caveats.organization(8, kAllActions);
  auto tampered = value_of(Macaroon::mint(own.kid, kDefaultLocation, SigningKey::generate(), caveats)).text();
  auto strange = value_of(Macaroon::mint(Bytes(16, 3), kDefaultLocation, SigningKey::generate(), caveats)).text();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"FlyV1 " + tampered, "bad_signature"},
      {"FlyV1 " + strange, "unknown_key"},
      {crafted(8, caveats, "https://elsewhere.example/v1"), "wrong_location"},
      {"FlyV1 fm2_AAAA", "malformed"},
      {"FlyV1 fm2_" + std::string("lJPEEA") + "A", "truncated"},
      {"nonsense", "malformed"},
      {"", "malformed"},
  };
  for (const auto& [token, code] : cases) {
    CAPTURE(token);
    const auto known = ask(token, "r", "arcadia-prod", "arcadia-prod-api");
    CHECK(codes(known) == Codes{code});
    CHECK_FALSE(known.token);
    CHECK(known.org == 0);
    const std::vector<std::pair<ResourceRef, ResourceRef>> others = {{"arcadia-qa", "arcadia-qa-api"},
                                                                     {"arcadia-prod", "arcadia-dev-api"},
                                                                     {"arcadia-dev", {}},
                                                                     {std::uint64_t{8}, std::uint64_t{12345}},
                                                                     {{}, {}}};
    for (const auto& [org, app] : others) CHECK(shown(ask(token, "r", org, app)) == shown(known));
  }

  const auto unknown = ask("FlyV1 " + strange, "r", "arcadia-prod").reasons.at(0);
  CHECK(unknown.log_note == "key id 03030303030303030303030303030303");
}

TEST_CASE_METHOD(JudgeFixture, "a bundle allows what any of its tokens does") {
  const auto dev = minted(Profile::kOrg, "arcadia-dev");
  const auto prod = minted(Profile::kReadonly, "arcadia-prod");
  const std::string both = dev + "," + prod.substr(prod.find(' ') + 1);
  CHECK(ask(both, "w", "arcadia-dev").org == 7);
  CHECK(ask(both, "w", "arcadia-dev").allowed);
  CHECK(ask(both, "r", "arcadia-prod").org == 8);
  CHECK(ask(both, "r", "arcadia-prod").allowed);

  const auto denied = ask(both, "w", "arcadia-prod");
  REQUIRE(codes(denied) == Codes{"wrong_org", "caveat"});
  CHECK(denied.reasons[0].part == 0);
  CHECK(denied.reasons[1].part == 1);
  CHECK_FALSE(denied.token);  // two verified, and neither is the one

  const auto spoilt = ask(prod + ",fm2_AAAA", "w", "arcadia-prod");
  CHECK(codes(spoilt) == Codes{"caveat", "malformed"});
  CHECK(spoilt.token);
}

TEST_CASE_METHOD(JudgeFixture, "a caveat of a type we do not know never clears, and is named by its number") {
  const std::uint8_t unknown[] = {0xcc, 200, 0xc0};
  const auto token = with_caveats(minted(Profile::kOrg, "arcadia-prod"), CaveatSet().encoded(unknown));
  const auto decision = ask(token, "r", "arcadia-prod");
  REQUIRE(codes(decision) == Codes{"caveat"});
  CHECK(decision.reasons[0].caveat_type == "200");
  CHECK(decision.reasons[0].verdict == Verdict::kBadCaveat);
}

TEST_CASE_METHOD(JudgeFixture, "a clock more than five minutes behind the newest record decides nothing") {
  const auto token = minted(Profile::kReadonly, "arcadia-prod");
  (void)value_of(create_org(store, "arcadia-qa", std::nullopt, kAnn, kNow + 1000));
  const Judge judge(value_of(Snapshot::load(store)));
  VerifierScratch scratch;
  Question question{token, "arcadia-prod", {}, {}};
  question.rest.action = kRead;
  (void)error_of(judge.decide(question, kNow + 1000 - 301, scratch), ErrorKind::kClock);
  CHECK(value_of(judge.decide(question, kNow + 1000 - 300, scratch)).allowed);

  MintRequest request;
  request.org = std::string("arcadia-prod");
  (void)error_of(mint(store, request, kAnn, kNow + 1000 - 301), ErrorKind::kClock);
  CHECK(mint(store, request, kAnn, kNow + 1000 - 300));
  // An older record does not turn the store's time back.
  (void)value_of(create_org(store, "arcadia-old", std::nullopt, kAnn, kNow));
  CHECK(value_of(Snapshot::load(store))->newest_record_unix_s() == kNow + 1000);
}

TEST_CASE_METHOD(JudgeFixture, "a decision shows the very copy that allowed it, and none when it denies") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const std::string other = minted(Profile::kOrg, "arcadia-dev");
  const std::string bundle = other + "," + token.substr(6);
  const Judge judge(value_of(Snapshot::load(store)));
  VerifierScratch scratch;
  Access rest;
  rest.action = kRead;
  const auto allowed = value_of(judge.decide({bundle, std::string_view("arcadia-prod"), {}, rest}, kNow, scratch));
  REQUIRE(allowed.allowed_by != nullptr);
  CHECK(allowed.allowed_by->part() == 1);
  CHECK(allowed.allowed_by->id() == allowed.token);
  CHECK(allowed.allowed_by->key_owner() == 8);
  const auto denied = value_of(judge.decide({other, std::string_view("arcadia-prod"), {}, rest}, kNow, scratch));
  CHECK(denied.allowed_by == nullptr);
}
