// What tokens allow, in words that must not say more than clearing does.
#include "libtoken/explain.h"

#include "core_support.h"
#include "libtoken/profile.h"

using namespace core_test;

namespace {

class Names final : public NameSource {
 public:
  [[nodiscard]] std::optional<std::string> org_name(std::uint64_t id) const override {
    return id == 7 ? std::optional<std::string>("arcadia-prod") : std::nullopt;
  }
  [[nodiscard]] std::optional<std::string> app_name(std::uint64_t id) const override {
    return id == 70 ? std::optional<std::string>("arcadia-prod-api") : std::nullopt;
  }
};

Explanation explained(const CaveatSet& set, const NameSource* names = nullptr) {
  RawToken token;
  token.caveats = set;
  const Macaroon macaroon = token.macaroon();
  return explain(macaroon.view(), names);
}

std::string allows(const CaveatSet& set) { return explained(set).allows; }
CaveatSet org(ActionMask mask = kAllActions) { return CaveatSet().organization(7, mask); }
CaveatExplanation one(const CaveatSet& set) { return explain(Decoded(set)[0], nullptr); }

const CaveatSet kDeadWindow = CaveatSet().validity_window(10, 5);

}  // namespace

TEST_CASE("an org token may do anything in its org") {
  CHECK(allows(org_profile(7, Role::kAdmin)) ==
        "May do anything in org 7: read, write, create, delete and control all of it.");
  CHECK(allows(CaveatSet().organization(0, kAllActions)) ==
        "May do anything in any org: read, write, create, delete and control all of it.");
}

TEST_CASE("a readonly token may read, and change nothing") {
  CHECK(allows(readonly_profile(7)) == "May read everything in org 7, and change nothing.");
  CHECK(allows(org().action(ActionMask{3})) ==
        "May read and write everything in org 7, but not create, delete or control.");
}

TEST_CASE("a deploy token may do anything with its app and read its org") {
  CHECK(allows(deploy_profile(7, 70)) ==
        "May do anything with app 70 and the features builder and wg. In org 7 itself it may only read. Other "
        "apps and other "
        "features are closed to it.");
  CHECK(contains(allows(deploy_profile(7, 70).action(kRead)), "May read app 70 and the features builder and wg."));
}

TEST_CASE("a member token says what members may do with every feature there are rules for") {
  const std::string member = allows(org_profile(7, Role::kMember));
  CHECK(
      contains(member, "May do anything with the features addon, builder, checks, domain, litefs-cloud, site and wg."));
  CHECK(contains(member, "May read the features authentication and membership."));
  CHECK(contains(member, "May do nothing with the feature billing."));
  CHECK(contains(member, "not of an admin"));
  const std::string bare = allows(org().is_member());
  CHECK(contains(bare, "May read the features authentication, billing and membership."));
  CHECK(contains(bare, "Other features are closed to it."));
  CHECK_FALSE(
      contains(allows(org().number(CaveatType::kAllowedRoles, kRoleAdmin).apps({{70, kAllActions}})), "member"));
}

TEST_CASE("names stand where a registry is at hand, ids elsewhere") {
  const Names names;
  const std::string text = explained(CaveatSet(deploy_profile(7, 70)).organization(8, kRead), &names).allows;
  CHECK(text == "Allows nothing: its caveats name two different orgs.");
  const Explanation deploy = explained(deploy_profile(7, 70), &names);
  CHECK(contains(deploy.allows, "app arcadia-prod-api (70)"));
  CHECK(contains(deploy.allows, "org arcadia-prod (7)"));
  CHECK(deploy.caveats[0].adds == "only in org arcadia-prod (7)");
  CHECK(contains(explained(deploy_profile(9, 90), &names).allows, "app 90"));
}

TEST_CASE("a token that allows nothing says so, and why") {
  CHECK(allows(CaveatSet().organization(7, kAllActions).organization(8, kAllActions)) ==
        "Allows nothing: its caveats name two different orgs.");
  CHECK(allows(org().append(unknown_caveat())) ==
        "Allows nothing: caveat 2 is of an unknown type, and an unknown caveat never clears.");
  CHECK(allows(org().action(kNoAction)).rfind("Allows nothing", 0) == 0);
  CHECK(allows(org(kRead).action(kWrite)).rfind("Allows nothing", 0) == 0);
  CHECK(allows(org().number(CaveatType::kAllowedRoles, 2)).rfind("Allows nothing", 0) == 0);
  CHECK(allows(org().apps({{0, kRead}, {70, kRead}})).rfind("Allows nothing", 0) == 0);
  for (const CaveatSet& never : {kDeadWindow, CaveatSet().validity_window(0, 5).validity_window(6, 9),
                                 CaveatSet().validity_window(0, INT64_MAX), CaveatSet().validity_window(INT64_MIN, 5)})
    CHECK(allows(CaveatSet(org()).append(never)) == "Allows nothing: no time is within all of its caveats.");
  CHECK(allows(org().validity_window(0, 5).validity_window(5, 9)) == allows(org()));
  for (const CaveatSet& nothing :
       {CaveatSet().organization(7, kAllActions).organization(8, kAllActions),
        CaveatSet(org()).append(unknown_caveat()), org().action(kNoAction), org(kRead).action(kWrite),
        CaveatSet(org()).append(kDeadWindow), org().apps({{70, kAllActions}}).apps({{71, kAllActions}}),
        org().apps({{70, kAllActions}}).names(CaveatType::kFeatureSet, {{"wg", kAllActions}})})
    CHECK(explained(nothing).allows_nothing);
  for (const CaveatSet& something :
       {org(), org(kRead), org().apps({{70, kRead}}), deploy_profile(7, 70), org().validity_window(0, 5)})
    CHECK_FALSE(explained(something).allows_nothing);
}

TEST_CASE("a token without an org says that it names none") {
  CHECK(allows({}) == "Names no org: whatever its key is for, it may do anything with it.");
  CHECK(contains(allows(CaveatSet().action(kRead)), "only read it"));
}

TEST_CASE("a narrower org after the wildcard counts, and after another org it does not") {
  CHECK(allows(CaveatSet().organization(0, kAllActions).organization(7, kRead)) ==
        "May read everything in org 7, and change nothing.");
  CHECK(contains(allows(CaveatSet().organization(7, kRead).organization(8, kRead).organization(7, kRead)),
                 "two different"));
}

TEST_CASE("other conditions follow the paragraph, and what restricts nothing is not among them") {
  CHECK(contains(allows(deploy_profile(7, 70).commands({{{"ls", "-l"}, true}, {{"cat"}, false}})),
                 "Limits: only to run \"ls -l\" or \"cat …\". Within these: "));
  CHECK(contains(allows(org().text(CaveatType::kFromMachineSource, "m1").names(CaveatType::kVolumes, {{"v", kRead}})),
                 "only from machine m1; and only the volume v for reading."));
  CHECK(allows(org().flysrc("", "", "").number(CaveatType::kIsUser, 3)) == allows(org()));
}

TEST_CASE("a token that needs discharges says so, and lists from whom in order") {
  const Explanation words = explained(org().third_party("https://b", {}, {}).third_party("https://a\x1b", {}, {}));
  CHECK(contains(words.allows, "only together with its discharges"));
  CHECK(words.needs_discharge_from == std::vector<std::string>{"https://b", "https://a\\x1b"});
}

TEST_CASE("a discharge is explained as one") {
  RawToken discharge;
  discharge.proof = true;
  discharge.location = kThirdParty;
  discharge.caveats = CaveatSet().number(CaveatType::kFlyioUserID, 5).flysrc("o", "", "");
  const Macaroon macaroon = discharge.macaroon();
  CHECK(explain(macaroon.view(), nullptr).allows ==
        "Allows nothing by itself: it answers for another token, as a discharge. It adds to that token: only from "
        "org o.");
}

TEST_CASE("a discharge is explained as one, also if an Organization stands in it") {
  RawToken discharge;
  discharge.location = kThirdParty;
  discharge.caveats = org().action(kRead);
  CHECK(explain(discharge.macaroon().view(), nullptr).allows == "May read everything in org 7, and change nothing.");
  const std::string answer =
      "Allows nothing by itself: it answers for another token, as a discharge. It adds to that token: only in "
      "org 7; and only reading.";
  CHECK(explain(discharge.macaroon().view(), nullptr, true).allows == answer);
  discharge.kid = repeated(64);  // as long as a ticket
  CHECK(explain(discharge.macaroon().view(), nullptr).allows == answer);
  discharge.proof = true;
  CHECK(explain(discharge.macaroon().view(), nullptr).allows == answer);
}

TEST_CASE("its times are the earliest end and the latest beginning") {
  const Explanation words = explained(org().validity_window(5, 100).validity_window(7, 90));
  CHECK(words.not_before_unix_s == 7);
  CHECK(words.not_after_unix_s == 90);
  CHECK_FALSE(explained(org()).not_after_unix_s);
}

TEST_CASE("what the paragraph says of actions is what clearing says") {
  // Random narrowings of an org token: if it is told that everything may be read and nothing changed, then that is so.
  std::uint32_t state = 5;
  const auto random = [&](std::uint32_t bound) { return ((state = state * 1664525 + 1013904223) >> 8) % bound; };
  std::size_t readers = 0, nothing = 0;
  for (int round = 0; round < 3000; ++round) {
    CaveatSet set = org();
    for (std::uint32_t i = random(4); i > 0; --i) {
      const ActionMask mask{static_cast<std::uint16_t>(random(32))};
      switch (random(5)) {
        case 0: set.action(mask); break;
        case 1: set.organization(7, mask); break;
        case 2: set.apps({{random(3), mask}}); break;
        case 3: set.if_present(CaveatSet().apps({{1, mask}}), kRead); break;
        default: set.names(CaveatType::kFeatureSet, {{"wg", mask}}); break;
      }
    }
    const std::string text = allows(set);
    const bool reads_all = text == "May read everything in org 7, and change nothing.";
    const bool allows_none = text.rfind("Allows nothing", 0) == 0;
    readers += reads_all;
    nothing += allows_none;
    const Decoded decoded(set);
    for (std::uint16_t action = 1; action < 32; action = static_cast<std::uint16_t>(action << 1)) {
      for (std::uint64_t app = 0; app < 4; ++app) {
        Access access;
        access.action = {action};
        access.org = 7;
        if (app != 0) access.app = app;
        bool clears = true;
        for (const Caveat& caveat : decoded.all()) clears = clears && clear(caveat, access) == Verdict::kOk;
        if ((reads_all && clears != (action == 1)) || (allows_none && clears))
          FAIL(text << " " << action << " app " << app);
      }
    }
  }
  CHECK(readers > 5);
  CHECK(nothing > 100);
}

TEST_CASE("an IfPresent that never reaches its else is flagged, and so is what never clears") {
  CHECK(contains(one(CaveatSet().if_present(CaveatSet().apps({}).action(kRead), kNoAction)).warning, "never applies"));
  CHECK(one(CaveatSet().if_present(CaveatSet().apps({}), kNoAction)).warning.empty());
  CHECK(contains(one(CaveatSet().apps({{0, kRead}, {1, kRead}})).warning, "never clears"));
  CHECK(contains(one(CaveatSet().names(CaveatType::kClusters, {{"", kRead}, {"a", kRead}})).warning, "never clears"));
  CHECK(one(CaveatSet().names(CaveatType::kClusters, {{"", kRead}})).warning.empty());
  CHECK(contains(one(kDeadWindow).warning, "ends before it begins"));
  CHECK(contains(one(CaveatSet().validity_window(0, INT64_MAX)).warning, "implausibly far away"));
  CHECK(one(CaveatSet().validity_window(0, 4000000000)).warning.empty());
}

TEST_CASE("each caveat says what it adds") {
  CHECK(one(org(kRead)).adds == "only in org 7, and there only reading");
  CHECK(one(CaveatSet().apps({{1, kAllActions}, {2, kRead}})).adds == "only app 1 and app 2 for reading");
  CHECK(one(CaveatSet().apps({{0, kRead}})).adds == "any app, and that only for reading");
  CHECK(one(CaveatSet().apps({})).adds == "no app at all");
  CHECK(one(CaveatSet().validity_window(0, 1763761800)).adds == "only until 2025-11-21 21:50:00 UTC");
  CHECK(one(CaveatSet().validity_window(1763761800, 1763761801)).adds ==
        "only from 2025-11-21 21:50:00 UTC until 2025-11-21 21:50:01 UTC");
  CHECK(one(CaveatSet().action(kAllActions)).adds == "everything");
  CHECK(one(CaveatSet().action(ActionMask{11})).adds == "only reading, writing and deleting");
  CHECK(one(CaveatSet().if_present(CaveatSet().apps({{1, kAllActions}}), kRead)).adds ==
        "where the request names what these speak of: only app 1; where it names none of it: only reading");
  CHECK(one(unknown_caveat()).type == "type 200");
  CHECK(contains(one(unknown_caveat()).adds, "its body is true"));
  CHECK(one(org()).type == "Organization");
  CHECK(one(CaveatSet().third_party("https://a", {}, {})).type == "3P");
  CHECK(one(CaveatSet().commands({{{"a b", "c"}, true}})).adds == "only to run \"\"a b\" c\"");
}

TEST_CASE("every type of caveat has a sentence without a stop, and nothing hostile comes through") {
  const std::string bad = "\x1b[2J\n\xe2\x80\xae\"`";
  const CaveatSet all = CaveatSet()
                            .organization(7, kAllActions)
                            .apps({{1, kRead}})
                            .validity_window(0, 5)
                            .names(CaveatType::kVolumes, {{bad, kRead}})
                            .names(CaveatType::kFeatureSet, {{bad, kRead}})
                            .names(CaveatType::kMachines, {{bad, kRead}})
                            .names(CaveatType::kMachineFeatureSet, {{bad, kRead}})
                            .names(CaveatType::kClusters, {{bad, kRead}})
                            .names(CaveatType::kAppFeatureSet, {{bad, kRead}})
                            .names(CaveatType::kStorageObjects, {{bad, kRead}})
                            .mutations({bad})
                            .commands({{{bad, ""}, false}})
                            .if_present(CaveatSet().mutations({bad}), kRead)
                            .action(kRead)
                            .is_member()
                            .flysrc(bad, bad, bad)
                            .text(CaveatType::kConfineGoogleHD, bad)
                            .text(CaveatType::kFromMachineSource, bad)
                            .third_party(bad, {}, {})
                            .bind_to_parent(repeated(16, 0x1b))
                            .number(CaveatType::kConfineUser, 1)
                            .number(CaveatType::kConfineOrganization, 1)
                            .number(CaveatType::kIsUser, 1)
                            .number(CaveatType::kConfineGitHubOrg, 1)
                            .number(CaveatType::kMaxValidity, 1)
                            .number(CaveatType::kFlyioUserID, 1)
                            .number(CaveatType::kGitHubUserID, 1)
                            .number(CaveatType::kAllowedRoles, 1)
                            .google_user_id(hex("ff"))
                            .encoded(joined({hex("ccc8 a8"), bytes_of("\x1b[2J\n\xe2\x80\xae").first(8)}));
  const Explanation words = explained(all);
  CHECK(words.caveats.size() == 30);
  for (const CaveatExplanation& caveat : words.caveats) {
    INFO(caveat.type << ": " << caveat.adds);
    CHECK_FALSE(caveat.adds.empty());
    CHECK(caveat.adds.back() != '.');
    for (const char* hidden : {"\x1b", "\n", "\xe2\x80\xae"}) {
      CHECK_FALSE(contains(caveat.adds + caveat.type + caveat.warning, hidden));
      CHECK_FALSE(contains(words.allows, hidden));
    }
  }
  const std::string feature = allows(org().names(CaveatType::kFeatureSet, {{bad, kAllActions}}).mutations({bad}));
  CHECK(contains(feature, "\\x1b[2J\\n\\u202e\\\""));
  CHECK_FALSE(contains(feature, "\x1b"));
}

TEST_CASE("a long list is cut short") {
  CaveatSet::Names names;
  for (int i = 0; i < 40; ++i) names.emplace_back("n" + std::to_string(i), kAllActions);
  const std::string adds = one(CaveatSet().names(CaveatType::kVolumes, names)).adds;
  CHECK(contains(adds, "and 32 more"));
  CHECK(one(CaveatSet().text(CaveatType::kFromMachineSource, std::string(3000, 'x'))).adds.size() < 300);
}

TEST_CASE("MessagePack is described as far as it can be read") {
  for (const auto& [encoded, text] :
       std::map<std::string, std::string>{{"00", "0"},
                                          {"ff", "-1"},
                                          {"c0", "nil"},
                                          {"c2", "false"},
                                          {"ca3fc00000", "1.5"},
                                          {"cb3ff8000000000000", "1.5"},
                                          {"c401ff", "h'ff'"},
                                          {"d40161", "ext h'0161'"},
                                          {"90", "[]"},
                                          {"80", "{}"},
                                          {"82 01 a161 02 c401ff", "{1: \"a\", 2: h'ff'}"},
                                          {"91a20a1b", "[\"\\n\\x1b\"]"},
                                          {"", "…"},
                                          {"93 01", "[1, …"},
                                          {"81 01", "{1: …"},
                                          {"a56161", "\"aa\"…"},
                                          {"c405ff", "h'ff'…"},
                                          {"c1", "…"},
                                          {"ce0000", "…"},
                                          {"dc", "…"}}) {
    INFO(encoded);
    CHECK(describe_msgpack(hex(encoded)) == text);
  }
}

TEST_CASE("a description stays short and shallow whatever it describes") {
  CHECK(describe_msgpack(repeated(100000, 0x91)).size() < 600);
  CHECK(describe_msgpack(joined({hex("dd00ffffff"), repeated(100000, 0x01)})).size() < 600);
  CHECK(describe_msgpack(joined({hex("c6ffffffff"), repeated(100000, 0x01)})).size() < 600);
  CHECK(describe_msgpack(joined({hex("dbffffffff"), repeated(100000, 0x1b)})).size() < 600);
  CHECK(contains(describe_msgpack(repeated(100, 0x91)), "…"));
  const std::string deep = describe_msgpack(repeated(40, 0x91));
  CHECK(std::count(deep.begin(), deep.end(), '[') == 32);
}
