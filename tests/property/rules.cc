#include "rules.h"

#include <algorithm>
#include <set>

namespace property_test {
namespace {

using namespace libtoken;
using Names = CaveatSet::Names;
using OptionalText = std::optional<std::string_view>;

bool lies_in(ActionMask action, ActionMask mask) { return (action.bits | mask.bits) == mask.bits; }
Verdict by_action(ActionMask mask, const Access& access) {
  return lies_in(access.action, mask) ? Verdict::kOk : Verdict::kAction;
}

// "Id 0 or "" stands for every id and must then be the only key: otherwise bad_caveat. The id asked for absent:
// unspecified. No key matching: resource. Else the masks of all matching keys are ANDed, and the action must lie
// within: otherwise action."
template <class Set, class Asked, class Matches>
Verdict by_set(const Set& set, const std::optional<Asked>& asked, const Access& access, Matches matches) {
  using Key = typename Set::value_type::first_type;
  const auto wildcards = std::count_if(set.begin(), set.end(), [](const auto& entry) { return entry.first == Key(); });
  if (wildcards != 0 && set.size() != 1) return Verdict::kBadCaveat;
  if (!asked.has_value()) return Verdict::kUnspecified;
  unsigned anded = ~0U;
  bool any = false;
  for (const auto& [key, mask] : set) {
    if (wildcards == 0 && !matches(key, asked.value())) continue;
    any = true;
    anded &= mask.bits;
  }
  if (!any) return Verdict::kResource;
  return (access.action.bits & ~anded) == 0 ? Verdict::kOk : Verdict::kAction;
}

Verdict by_names(const Names& names, const OptionalText& asked, const Access& access) {
  return by_set(names, asked, access, [](const std::string& key, std::string_view name) { return key == name; });
}

Verdict by_window(const PlainCaveat& caveat, const Access& access) {
  constexpr std::int64_t kFarthest = 36'028'797'018'963'968;  // 2^55
  for (const std::int64_t end : {caveat.not_before_unix_s, caveat.not_after_unix_s})
    if (end > kFarthest || end < -kFarthest) return Verdict::kUnauthorized;
  if (access.now_unix_s < caveat.not_before_unix_s) return Verdict::kUnauthorized;
  if (access.now_unix_s > caveat.not_after_unix_s) return Verdict::kUnauthorized;
  return Verdict::kOk;
}

bool permits_member(const Access& access) {
  static const std::set<std::string_view> kEveryAction = {"wg",    "domain", "site",        "builder",
                                                          "addon", "checks", "litefs-cloud"};
  static const std::set<std::string_view> kReading = {"membership", "billing", "authentication"};
  static const std::set<std::string_view> kNoAction = {"deletion", "document_signing"};
  if (!access.feature.has_value()) return true;
  const std::string_view feature = access.feature.value();
  if (kEveryAction.count(feature) != 0) return true;
  if (kReading.count(feature) != 0) return access.action.bits == 0 || access.action.bits == 1;
  return kNoAction.count(feature) != 0 && access.action.bits == 0;
}

// "some role the operation permits lies within the mask"
Verdict by_roles(std::uint64_t mask, const Access& access) {
  constexpr std::uint64_t kMemberBit = 1;
  constexpr std::uint64_t kAdminBits = 0xffffffff;
  if (mask == kAdminBits) return Verdict::kOk;
  return permits_member(access) && mask % 2 == kMemberBit ? Verdict::kOk : Verdict::kRole;
}

Verdict by_mutation(const PlainCaveat& caveat, const Access& access) {
  if (!access.mutation.has_value()) return Verdict::kUnspecified;
  const auto& listed = caveat.texts;
  return std::count(listed.begin(), listed.end(), access.mutation.value()) != 0 ? Verdict::kOk : Verdict::kResource;
}

Verdict by_command(const PlainCaveat& caveat, const Access& access) {
  if (!access.command.has_value()) return Verdict::kUnspecified;
  const std::vector<std::string> asked(access.command->begin(), access.command->end());
  for (const CaveatSet::Command& entry : caveat.commands) {
    if (entry.args == asked) return Verdict::kOk;
    if (entry.exact || entry.args.size() > asked.size()) continue;
    const auto length = static_cast<std::ptrdiff_t>(entry.args.size());
    if (entry.args == std::vector<std::string>(asked.begin(), asked.begin() + length)) return Verdict::kOk;
  }
  return Verdict::kResource;
}

Verdict by_source(std::string_view wanted, const OptionalText& source) {
  if (!source.has_value()) return Verdict::kInvalidAccess;
  return source.value() == wanted ? Verdict::kOk : Verdict::kUnauthorized;
}

Verdict by_flysrc(const PlainCaveat& caveat, const Access& access) {
  const auto unless_empty = [](const std::string& wanted, const OptionalText& source) {
    return wanted.empty() ? Verdict::kOk : by_source(wanted, source);
  };
  const Verdict instance = unless_empty(caveat.texts.at(2), access.source_machine);
  const Verdict app = unless_empty(caveat.texts.at(1), access.source_app);
  const Verdict organization = unless_empty(caveat.texts.at(0), access.source_organization);
  if (instance != Verdict::kOk) return instance;
  return app != Verdict::kOk ? app : organization;
}

Verdict by_if_present(const PlainCaveat& caveat, const Access& access) {
  std::vector<Verdict> specified;
  for (const PlainCaveat& inner : caveat.inner) {
    const Verdict verdict = verdict_by_rules(inner, access);
    if (verdict != Verdict::kUnspecified) specified.push_back(verdict);
  }
  if (specified.empty()) return by_action(caveat.mask, access);
  for (const Verdict first_found : {Verdict::kResource, Verdict::kAction, Verdict::kRole, Verdict::kBadCaveat,
                                    Verdict::kInvalidAccess, Verdict::kUnauthorized})
    if (std::count(specified.begin(), specified.end(), first_found) != 0) return first_found;
  return Verdict::kOk;
}

}  // namespace

Verdict verdict_by_rules(const PlainCaveat& caveat, const Access& access) {
  switch (caveat.type) {
    case CaveatType::kOrganization:
      if (!access.org.has_value()) return Verdict::kUnspecified;
      if (caveat.number != 0 && caveat.number != access.org.value()) return Verdict::kResource;
      return by_action(caveat.mask, access);
    case CaveatType::kVolumes: return by_names(caveat.names, access.volume, access);
    case CaveatType::kApps:
      return by_set(caveat.ids, access.app, access, [](std::uint64_t key, std::uint64_t app) { return key == app; });
    case CaveatType::kValidityWindow: return by_window(caveat, access);
    case CaveatType::kFeatureSet: return by_names(caveat.names, access.feature, access);
    case CaveatType::kMutations: return by_mutation(caveat, access);
    case CaveatType::kMachines: return by_names(caveat.names, access.machine, access);
    case CaveatType::kIfPresent: return by_if_present(caveat, access);
    case CaveatType::kMachineFeatureSet: return by_names(caveat.names, access.machine_feature, access);
    case CaveatType::kFromMachineSource: return by_source(caveat.texts.at(0), access.source_machine);
    case CaveatType::kClusters: return by_names(caveat.names, access.cluster, access);
    case CaveatType::kIsMember: return by_roles(1, access);
    case CaveatType::kAction: return by_action(caveat.mask, access);
    case CaveatType::kCommands: return by_command(caveat, access);
    case CaveatType::kAppFeatureSet: return by_names(caveat.names, access.app_feature, access);
    case CaveatType::kStorageObjects:
      return by_set(caveat.names, access.storage_object, access, [](const std::string& key, std::string_view object) {
        return object.substr(0, key.size()) == key;
      });
    case CaveatType::kAllowedRoles: return by_roles(caveat.number, access);
    case CaveatType::kFlySrc: return by_flysrc(caveat, access);
    case CaveatType::kConfineUser:
    case CaveatType::kConfineOrganization:
    case CaveatType::kConfineGoogleHD:
    case CaveatType::kConfineGitHubOrg:
    case CaveatType::kMaxValidity: return Verdict::kInvalidAccess;
    case CaveatType::kThirdParty:
    case CaveatType::kBindToParentToken: return Verdict::kBadCaveat;
    case CaveatType::kIsUser:
    case CaveatType::kFlyioUserID:
    case CaveatType::kGitHubUserID:
    case CaveatType::kGoogleUserID: return Verdict::kOk;
  }
  return Verdict::kBadCaveat;
}

bool is_valid_by_rules(const Access& access) {
  if (!access.org.has_value()) return false;
  const auto how_many = [](std::initializer_list<bool> are_there) {
    return std::count(are_there.begin(), are_there.end(), true);
  };
  if (how_many({access.app.has_value(), access.feature.has_value(), access.storage_object.has_value()}) > 1) {
    return false;
  }
  const auto of_an_app =
      how_many({access.machine.has_value(), access.volume.has_value(), access.app_feature.has_value()});
  if (of_an_app > 1 || (of_an_app == 1 && !access.app.has_value())) return false;
  if (access.cluster.has_value() && access.feature != "litefs-cloud") return false;
  const auto of_a_machine = how_many({access.command.has_value(), access.machine_feature.has_value()});
  return of_a_machine == 0 || (of_a_machine == 1 && access.machine.has_value());
}

bool allowed_by_rules(const PlainCaveats& caveats, const Access& access) {
  return is_valid_by_rules(access) && std::all_of(caveats.begin(), caveats.end(), [&](const PlainCaveat& caveat) {
           return verdict_by_rules(caveat, access) == Verdict::kOk;
         });
}

}  // namespace property_test
