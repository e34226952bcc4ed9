// What the library says of caveats and accesses is what FORMAT.md §6 and §7 say, written a second time in rules.cc:
// tried for every type on random caveats, and on accesses close to what they allow.
#include <rapidcheck.h>

#include <array>
#include <map>
#include <set>

#include "core_support.h"
#include "draw.h"
#include "generators.h"
#include "rules.h"

using namespace core_test;
using namespace property_test;

namespace {

using Verdicts = std::set<Verdict>;

const Verdicts kOfSet = {Verdict::kOk, Verdict::kUnspecified, Verdict::kResource, Verdict::kAction,
                         Verdict::kBadCaveat};
const Verdicts kOfList = {Verdict::kOk, Verdict::kUnspecified, Verdict::kResource};
const Verdicts kOfSource = {Verdict::kOk, Verdict::kInvalidAccess, Verdict::kUnauthorized};
const Verdicts kOfRoles = {Verdict::kOk, Verdict::kRole};
const Verdicts kOnlyInDischargeRequests = {Verdict::kInvalidAccess};
const Verdicts kBad = {Verdict::kBadCaveat};
const Verdicts kAlways = {Verdict::kOk};

// All 29 types, one that is not defined, and every verdict that each can come to.
const std::map<CaveatType, Verdicts> kTypes = {
    {CaveatType::kOrganization, {Verdict::kOk, Verdict::kUnspecified, Verdict::kResource, Verdict::kAction}},
    {CaveatType::kVolumes, kOfSet},
    {CaveatType::kApps, kOfSet},
    {CaveatType::kValidityWindow, {Verdict::kOk, Verdict::kUnauthorized}},
    {CaveatType::kFeatureSet, kOfSet},
    {CaveatType::kMutations, kOfList},
    {CaveatType::kMachines, kOfSet},
    {CaveatType::kConfineUser, kOnlyInDischargeRequests},
    {CaveatType::kConfineOrganization, kOnlyInDischargeRequests},
    {CaveatType::kIsUser, kAlways},
    {CaveatType::kThirdParty, kBad},
    {CaveatType::kBindToParentToken, kBad},
    {CaveatType::kIfPresent,
     {Verdict::kOk, Verdict::kResource, Verdict::kAction, Verdict::kRole, Verdict::kBadCaveat, Verdict::kInvalidAccess,
      Verdict::kUnauthorized}},
    {CaveatType::kMachineFeatureSet, kOfSet},
    {CaveatType::kFromMachineSource, kOfSource},
    {CaveatType::kClusters, kOfSet},
    {CaveatType::kConfineGoogleHD, kOnlyInDischargeRequests},
    {CaveatType::kConfineGitHubOrg, kOnlyInDischargeRequests},
    {CaveatType::kMaxValidity, kOnlyInDischargeRequests},
    {CaveatType::kIsMember, kOfRoles},
    {CaveatType::kFlyioUserID, kAlways},
    {CaveatType::kGitHubUserID, kAlways},
    {CaveatType::kGoogleUserID, kAlways},
    {CaveatType::kAction, {Verdict::kOk, Verdict::kAction}},
    {CaveatType::kCommands, kOfList},
    {CaveatType::kAppFeatureSet, kOfSet},
    {CaveatType::kStorageObjects, kOfSet},
    {CaveatType::kAllowedRoles, kOfRoles},
    {CaveatType::kFlySrc, kOfSource},
    {kUnknownType, kBad}};

}  // namespace

TEST_CASE("every caveat says of an access what FORMAT.md §7 says") {
  REQUIRE(kTypes.size() == 29 + 1);
  std::map<CaveatType, Verdicts> seen;
  REQUIRE(rc::check([&] {
    for (int i = 0; i < 12; ++i) {
      const CaveatType type = std::next(kTypes.begin(), static_cast<std::ptrdiff_t>(any_below(kTypes.size())))->first;
      const PlainCaveats plain = {any_decodable_caveat_of(type)};
      const CaveatSet set = encoded(plain);
      const DecodedCaveats decoded = value_of(set.check());
      for (int j = 0; j < 4; ++j) {
        const Access access = any_access(plain);
        const Verdict expected = verdict_by_rules(plain.front(), access);
        const Verdict found = clear(decoded.caveats().front(), access);
        if (found != expected) {
          RC_LOG() << shown(plain, access) << "\n"
                   << to_string(found) << ", by the rules " << to_string(expected) << "\n";
        }
        RC_ASSERT(found == expected);
        seen[type].insert(found);
      }
    }
  }));
  for (const auto& [type, verdicts] : kTypes) {
    INFO("type " << static_cast<std::uint64_t>(type));
    CHECK(seen[type] == verdicts);
  }
}

TEST_CASE("an access is valid where FORMAT.md §6 says so") {
  std::size_t valid = 0;
  std::size_t invalid = 0;
  REQUIRE(rc::check([&] {
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access({});
      const bool is_valid = is_valid_by_rules(access);
      (is_valid ? valid : invalid) += 1;
      RC_ASSERT(!find_problem(access).has_value() == is_valid);
    }
  }));
  CHECK(valid > 20);
  CHECK(invalid > 20);
}
