// FORMAT.md §7: every verdict of every type.
#include "core_support.h"

using namespace core_test;

namespace {

constexpr std::int64_t kFar = std::int64_t{1} << 55;

Access org_access(ActionMask action = kRead) {
  Access access;
  access.action = action;
  access.org = 1;
  access.now_unix_s = 1000;
  return access;
}

CaveatSet one_name(CaveatType type, CaveatSet::Names names) { return CaveatSet().names(type, std::move(names)); }

struct NameSetCase {
  CaveatType type;
  std::optional<std::string_view> Access::*field;
};
constexpr NameSetCase kNameSets[] = {{CaveatType::kVolumes, &Access::volume},
                                     {CaveatType::kFeatureSet, &Access::feature},
                                     {CaveatType::kMachines, &Access::machine},
                                     {CaveatType::kMachineFeatureSet, &Access::machine_feature},
                                     {CaveatType::kClusters, &Access::cluster},
                                     {CaveatType::kAppFeatureSet, &Access::app_feature},
                                     {CaveatType::kStorageObjects, &Access::storage_object}};

}  // namespace

TEST_CASE("Organization: absent is unspecified, another is resource, beyond the mask is action, and id 0 is any") {
  Access access = org_access();
  CHECK(verdict(CaveatSet().organization(1, kRead), access) == "ok");
  CHECK(verdict(CaveatSet().organization(2, kRead), access) == "resource");
  CHECK(verdict(CaveatSet().organization(0, kRead), access) == "ok");
  access.action = kWrite;
  CHECK(verdict(CaveatSet().organization(1, kRead), access) == "action");
  CHECK(verdict(CaveatSet().organization(0, kRead), access) == "action");
  CHECK(verdict(CaveatSet().organization(2, kRead), access) == "resource");
  access.org.reset();
  CHECK(verdict(CaveatSet().organization(2, kRead), access) == "unspecified");
  access = org_access(kNoAction);
  CHECK(verdict(CaveatSet().organization(1, kNoAction), access) == "ok");
}

TEST_CASE("a set of names is judged: wildcard beside others, id absent, no key matches, action") {
  for (const auto& [type, field] : kNameSets) {
    INFO(name_of(type));
    Access named = org_access();
    named.*field = "a";
    Access writing = named;
    writing.action = kWrite;
    const Access absent = org_access();

    CHECK(verdict(one_name(type, {{"a", kRead}}), named) == "ok");
    CHECK(verdict(one_name(type, {{"b", kRead}}), named) == "resource");
    CHECK(verdict(one_name(type, {}), named) == "resource");
    CHECK(verdict(one_name(type, {{"a", kRead}}), writing) == "action");
    CHECK(verdict(one_name(type, {{"b", kRead}}), writing) == "resource");
    CHECK(verdict(one_name(type, {{"a", kRead}}), absent) == "unspecified");
    CHECK(verdict(one_name(type, {}), absent) == "unspecified");

    CHECK(verdict(one_name(type, {{"", kRead}}), named) == "ok");
    CHECK(verdict(one_name(type, {{"", kRead}}), writing) == "action");
    CHECK(verdict(one_name(type, {{"", kRead}}), absent) == "unspecified");
    CHECK(verdict(one_name(type, {{"", kRead}, {"a", kRead}}), named) == "bad_caveat");
    CHECK(verdict(one_name(type, {{"", kRead}, {"a", kRead}}), absent) == "bad_caveat");
    CHECK(verdict(one_name(type, {{"", kRead}, {"b", kRead}}), writing) == "bad_caveat");

    Access empty = org_access();
    empty.*field = "";  // present, and named nothing
    CHECK(verdict(one_name(type, {{"a", kRead}}), empty) == "resource");
    CHECK(verdict(one_name(type, {{"", kRead}}), empty) == "ok");
  }
}

TEST_CASE("Apps is judged likewise, id 0 being the wildcard") {
  Access access = org_access();
  access.app = 5;
  CHECK(verdict(CaveatSet().apps({{5, kRead}}), access) == "ok");
  CHECK(verdict(CaveatSet().apps({{4, kRead}, {5, kRead}, {6, kRead}}), access) == "ok");
  CHECK(verdict(CaveatSet().apps({{4, kRead}, {6, kRead}}), access) == "resource");
  CHECK(verdict(CaveatSet().apps({{5, kWrite}}), access) == "action");
  CHECK(verdict(CaveatSet().apps({{0, kRead}}), access) == "ok");
  CHECK(verdict(CaveatSet().apps({{0, kRead}, {5, kRead}}), access) == "bad_caveat");
  CHECK(verdict(CaveatSet().apps({}), access) == "resource");
  CHECK(verdict(CaveatSet().apps({{5, kRead}}), org_access()) == "unspecified");
  CHECK(verdict(CaveatSet().apps({{0, kRead}, {5, kRead}}), org_access()) == "bad_caveat");
  access.app = 0;
  CHECK(verdict(CaveatSet().apps({{5, kRead}}), access) == "resource");
  CHECK(verdict(CaveatSet().apps({{0, kRead}}), access) == "ok");
}

TEST_CASE("a key of StorageObjects matches what begins with it, and the masks of all that match are ANDed") {
  const CaveatSet set = one_name(CaveatType::kStorageObjects,
                                 {{"s3://a/", ActionMask{3}}, {"s3://a/b", ActionMask{5}}, {"s3://c", kAllActions}});
  const auto ask = [&](std::string_view object, ActionMask action) {
    Access access = org_access(action);
    access.storage_object = object;
    return verdict(set, access);
  };
  CHECK(ask("s3://a/x", kRead) == "ok");
  CHECK(ask("s3://a/x", kWrite) == "ok");
  CHECK(ask("s3://a/b/c", kRead) == "ok");
  CHECK(ask("s3://a/b/c", kWrite) == "action");   // in the first mask alone
  CHECK(ask("s3://a/b/c", kCreate) == "action");  // in the second alone
  CHECK(ask("s3://c", kDelete) == "ok");
  CHECK(ask("s3://a", kRead) == "resource");  // shorter than any key
  CHECK(ask("S3://a/x", kRead) == "resource");
  CHECK(ask("", kRead) == "resource");
}

TEST_CASE("a name of a set other than StorageObjects matches whole") {
  Access access = org_access();
  access.volume = "vol_12";
  CHECK(verdict(one_name(CaveatType::kVolumes, {{"vol_1", kRead}}), access) == "resource");
  CHECK(verdict(one_name(CaveatType::kVolumes, {{"vol_123", kRead}}), access) == "resource");
}

TEST_CASE("ValidityWindow clears from its first to its last second, and beyond 2^55 never") {
  const auto at = [](std::int64_t now, std::int64_t begin, std::int64_t end) {
    Access access = org_access();
    access.now_unix_s = now;
    return verdict(CaveatSet().validity_window(begin, end), access);
  };
  CHECK(at(99, 100, 200) == "unauthorized");
  CHECK(at(100, 100, 200) == "ok");
  CHECK(at(200, 100, 200) == "ok");
  CHECK(at(201, 100, 200) == "unauthorized");
  CHECK(at(150, 150, 150) == "ok");
  CHECK(at(150, 200, 100) == "unauthorized");
  CHECK(at(-5, -10, 0) == "ok");
  CHECK(at(0, -kFar, kFar) == "ok");
  CHECK(at(kFar, -kFar, kFar) == "ok");
  CHECK(at(0, -kFar - 1, kFar) == "unauthorized");
  CHECK(at(0, -kFar, kFar + 1) == "unauthorized");
  CHECK(at(0, INT64_MIN, INT64_MAX) == "unauthorized");
  CHECK(at(INT64_MAX, 0, kFar) == "unauthorized");
  CHECK(at(INT64_MIN, -kFar, 0) == "unauthorized");
}

TEST_CASE("Mutations: absent is unspecified, not listed is resource") {
  Access access = org_access();
  CHECK(verdict(CaveatSet().mutations({"a"}), access) == "unspecified");
  CHECK(verdict(CaveatSet().mutations({}), access) == "unspecified");
  access.mutation = "a";
  CHECK(verdict(CaveatSet().mutations({"b", "a"}), access) == "ok");
  CHECK(verdict(CaveatSet().mutations({"b", "aa"}), access) == "resource");
  CHECK(verdict(CaveatSet().mutations({}), access) == "resource");
  access.mutation = "";
  CHECK(verdict(CaveatSet().mutations({""}), access) == "ok");
}

TEST_CASE("Commands: absent is unspecified; an entry equals the command, or is a prefix of it unless exact") {
  const auto run = [](std::vector<std::string_view> command, std::vector<CaveatSet::Command> entries) {
    Access access = org_access();
    access.command = std::span<const std::string_view>(command);
    return verdict(CaveatSet().commands(entries), access);
  };
  CHECK(verdict(CaveatSet().commands({{{"ls"}, false}}), org_access()) == "unspecified");
  CHECK(run({"ls"}, {{{"ls"}, true}}) == "ok");
  CHECK(run({"ls", "-l"}, {{{"ls"}, true}}) == "resource");
  CHECK(run({"ls", "-l"}, {{{"ls"}, false}}) == "ok");
  CHECK(run({"ls"}, {{{"ls", "-l"}, false}}) == "resource");
  CHECK(run({"lsof"}, {{{"ls"}, false}}) == "resource");
  CHECK(run({"cat"}, {{{"ls"}, false}, {{"cat"}, true}}) == "ok");
  CHECK(run({"cat"}, {}) == "resource");
  CHECK(run({}, {{{}, false}}) == "ok");
  CHECK(run({}, {{{}, true}}) == "ok");
  CHECK(run({"x"}, {{{}, false}}) == "ok");
  CHECK(run({"x"}, {{{}, true}}) == "resource");
  CHECK(run({"a b"}, {{{"a", "b"}, true}}) == "resource");
}

TEST_CASE("the caveats for third parties, those that verifying consumes and unknown ones never clear under an access") {
  const Access access = org_access(kNoAction);
  for (const CaveatType type : {CaveatType::kConfineUser, CaveatType::kConfineOrganization,
                                CaveatType::kConfineGitHubOrg, CaveatType::kMaxValidity})
    CHECK(verdict(CaveatSet().number(type, 1), access) == "invalid_access");
  CHECK(verdict(CaveatSet().text(CaveatType::kConfineGoogleHD, ""), access) == "invalid_access");
  CHECK(verdict(CaveatSet().third_party("x", {}, {}), access) == "bad_caveat");
  CHECK(verdict(CaveatSet().bind_to_parent(repeated(16)), access) == "bad_caveat");
  CHECK(verdict(unknown_caveat(), access) == "bad_caveat");
  for (const char* reserved : {"01 90", "11 c0", "12 00"})
    CHECK(verdict(CaveatSet().encoded(hex(reserved)), access) == "bad_caveat");
}

TEST_CASE("IsUser and attestations restrict nothing") {
  const Access access = org_access(kAllActions);
  for (const CaveatType type : {CaveatType::kIsUser, CaveatType::kFlyioUserID, CaveatType::kGitHubUserID})
    CHECK(verdict(CaveatSet().number(type, 9), access) == "ok");
  CHECK(verdict(CaveatSet().google_user_id(hex("ff")), access) == "ok");
}

TEST_CASE("Action: every action within the mask") {
  for (std::uint16_t mask = 0; mask < 32; ++mask)
    for (std::uint16_t asked = 0; asked < 32; ++asked)
      if (verdict(CaveatSet().action({mask}), org_access({asked})) != ((asked & ~mask) == 0 ? "ok" : "action"))
        FAIL(mask << " " << asked);
}

TEST_CASE("FromMachineSource: absent is invalid_access, another is unauthorized") {
  Access access = org_access();
  const CaveatSet set = CaveatSet().text(CaveatType::kFromMachineSource, "m");
  CHECK(verdict(set, access) == "invalid_access");
  access.source_machine = "n";
  CHECK(verdict(set, access) == "unauthorized");
  access.source_machine = "m";
  CHECK(verdict(set, access) == "ok");
  access.source_machine = "";
  CHECK(verdict(CaveatSet().text(CaveatType::kFromMachineSource, ""), access) == "ok");
}

TEST_CASE("FlySrc is checked in the order instance, app, organization, and an empty one not at all") {
  Access access = org_access();
  const CaveatSet all = CaveatSet().flysrc("o", "a", "m");
  CHECK(verdict(CaveatSet().flysrc("", "", ""), access) == "ok");
  CHECK(verdict(all, access) == "invalid_access");
  access.source_machine = "other";
  CHECK(verdict(all, access) == "unauthorized");  // though the other two are absent
  access.source_machine = "m";
  CHECK(verdict(all, access) == "invalid_access");  // app absent
  access.source_organization = "other";
  CHECK(verdict(all, access) == "invalid_access");  // app absent comes before organization different
  access.source_app = "other";
  CHECK(verdict(all, access) == "unauthorized");
  access.source_app = "a";
  CHECK(verdict(all, access) == "unauthorized");
  access.source_organization = "o";
  CHECK(verdict(all, access) == "ok");
  CHECK(verdict(CaveatSet().flysrc("", "a", ""), access) == "ok");
  access.source_organization.reset();
  CHECK(verdict(CaveatSet().flysrc("", "a", "m"), access) == "ok");
  CHECK(verdict(CaveatSet().flysrc("o", "", ""), access) == "invalid_access");
}

TEST_CASE("roles: what members may do with every feature under every set of actions") {
  const std::map<std::string, std::uint16_t> member_may = {
      {"wg", 31},     {"domain", 31},        {"site", 31},         {"builder", 31},
      {"addon", 31},  {"checks", 31},        {"litefs-cloud", 31}, {"membership", 1},
      {"billing", 1}, {"authentication", 1}, {"deletion", 0},      {"document_signing", 0}};
  std::size_t judged = 0;
  for (std::uint16_t asked = 0; asked < 32; ++asked) {
    Access access = org_access({asked});
    CHECK(verdict(CaveatSet().is_member(), access) == "ok");  // no feature: everything
    for (const auto& [feature, may] : member_may) {
      access.feature = feature;
      const bool permitted = (asked & ~may) == 0;
      CHECK(verdict(CaveatSet().is_member(), access) == (permitted ? "ok" : "role"));
      for (const std::uint32_t roles : {1U, 3U, 0xfffffffdU})
        CHECK(verdict(CaveatSet().number(CaveatType::kAllowedRoles, roles), access) == (permitted ? "ok" : "role"));
      for (const std::uint32_t roles : {0U, 2U, 0xfffffffeU})
        CHECK(verdict(CaveatSet().number(CaveatType::kAllowedRoles, roles), access) == "role");
      CHECK(verdict(CaveatSet().number(CaveatType::kAllowedRoles, kRoleAdmin), access) == "ok");
      ++judged;
    }
    for (const char* other : {"", "unheard-of", "WG", "wg "}) {
      access.feature = other;
      CHECK(verdict(CaveatSet().is_member(), access) == "role");
      CHECK(verdict(CaveatSet().number(CaveatType::kAllowedRoles, kRoleAdmin), access) == "ok");
    }
  }
  CHECK(judged == 32 * 12);
}

TEST_CASE("IfPresent: the worst verdict of what is present, or else its mask") {
  // One caveat for every verdict under one access that writes to app 1.
  Access access = org_access(kWrite);
  access.app = 1;
  const std::vector<std::pair<std::string, CaveatSet>> each = {
      {"resource", CaveatSet().apps({{2, kAllActions}})},
      {"action", CaveatSet().action(kRead)},
      {"role", CaveatSet().number(CaveatType::kAllowedRoles, 2)},
      {"bad_caveat", unknown_caveat()},
      {"invalid_access", CaveatSet().number(CaveatType::kConfineUser, 1)},
      {"unauthorized", CaveatSet().validity_window(0, 50)},
      {"ok", CaveatSet().number(CaveatType::kIsUser, 1)},
      {"unspecified", CaveatSet().mutations({"m"})}};
  for (const auto& [name, set] : each) REQUIRE(verdict(set, access) == name);

  for (std::size_t i = 0; i < each.size(); ++i) {
    for (std::size_t j = 0; j < each.size(); ++j) {
      CaveatSet ifs = each[i].second;
      ifs.append(each[j].second);
      // `each` is in the order that decides, with unspecified last: it counts only where both are.
      const std::string& worst = each[std::min(i, j)].first;
      for (const ActionMask otherwise : {kRead, kWrite}) {
        INFO(each[i].first << ", " << each[j].first << " else " << to_string(otherwise));
        const std::string expected = worst != "unspecified" ? worst : otherwise == kWrite ? "ok" : "action";
        CHECK(verdict(CaveatSet().if_present(ifs, otherwise), access) == expected);
      }
    }
  }
  CHECK(verdict(CaveatSet().if_present({}, kWrite), access) == "ok");
  CHECK(verdict(CaveatSet().if_present({}, kRead), access) == "action");
}

TEST_CASE("an IfPresent inside another is never unspecified") {
  const Access access = org_access(kWrite);
  const CaveatSet absent = CaveatSet().mutations({"m"});
  CHECK(verdict(CaveatSet().if_present(CaveatSet().if_present(absent, kWrite), kRead), access) == "ok");
  CHECK(verdict(CaveatSet().if_present(CaveatSet().if_present(absent, kRead), kWrite), access) == "action");
}

TEST_CASE("all_clear is every caveat clearing") {
  const Decoded set(CaveatSet().organization(1, kAllActions).action(kRead));
  const Caveat* both[] = {&set[0], &set[1]};
  CHECK(all_clear(both, org_access(kRead)));
  CHECK_FALSE(all_clear(both, org_access(kWrite)));
  CHECK(all_clear({}, org_access(kWrite)));
}
