#include "libtoken/clearing.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace libtoken {
namespace {

Verdict within(ActionMask mask, const Access& access) noexcept {
  return mask.contains(access.action) ? Verdict::kOk : Verdict::kAction;
}

// A resource set, judged in the order of FORMAT.md §7. `matches(key)` is asked of keys other than the wildcard.
template <class Set, class Key, class Asked, class Matches>
Verdict judge_set(const Set& set, Key Set::iterator::value_type::*key, const Asked& asked, const Access& access,
                  Matches matches) {
  bool matched = false;
  bool has_wildcard = false;
  ActionMask allowed{0xffff};
  for (const auto& entry : set) {
    const bool is_wildcard = entry.*key == Key{};
    has_wildcard = has_wildcard || is_wildcard;
    if (!is_wildcard && !(asked && matches(entry.*key))) continue;
    matched = true;
    allowed = allowed & entry.mask;
  }
  if (has_wildcard && set.size() > 1) return Verdict::kBadCaveat;
  if (!asked) return Verdict::kUnspecified;
  if (!matched) return Verdict::kResource;
  return within(allowed, access);
}

Verdict judge_names(const NameSet& set, const std::optional<std::string_view>& asked, const Access& access) {
  return judge_set(set, &NameEntry::name, asked, access, [&](std::string_view name) { return name == *asked; });
}

bool matches_command(const CommandEntry& entry, std::span<const std::string_view> command) {
  std::size_t i = 0;
  for (const TextItem& arg : entry.args) {
    if (i == command.size() || command[i] != arg.text) return false;
    ++i;
  }
  return !entry.exact || i == command.size();
}

enum class MemberMay : std::uint8_t { kEverything, kRead, kNothing };

struct FeatureRule {
  std::string_view feature;
  MemberMay member_may;
};
constexpr FeatureRule kFeatureRules[] = {
    {"wg", MemberMay::kEverything},
    {"domain", MemberMay::kEverything},
    {"site", MemberMay::kEverything},
    {"builder", MemberMay::kEverything},
    {"addon", MemberMay::kEverything},
    {"checks", MemberMay::kEverything},
    {"litefs-cloud", MemberMay::kEverything},
    {"membership", MemberMay::kRead},
    {"billing", MemberMay::kRead},
    {"authentication", MemberMay::kRead},
    {"deletion", MemberMay::kNothing},
    {"document_signing", MemberMay::kNothing},
};

// Whether the operation permits the role `member`. It always permits `admin` (FORMAT.md §7).
bool permits_member(const Access& access) noexcept {
  if (!access.feature) return true;
  for (const FeatureRule& rule : kFeatureRules) {
    if (rule.feature != *access.feature) continue;
    switch (rule.member_may) {
      case MemberMay::kEverything: return true;
      case MemberMay::kRead: return kRead.contains(access.action);
      case MemberMay::kNothing: return kNoAction.contains(access.action);
    }
  }
  return false;
}

Verdict judge_roles(std::uint32_t allowed, const Access& access) noexcept {
  if (allowed == kRoleAdmin) return Verdict::kOk;
  return (allowed & kRoleMember) != 0 && permits_member(access) ? Verdict::kOk : Verdict::kRole;
}

// A source that must be the one named.
Verdict judge_source(std::string_view wanted, const std::optional<std::string_view>& source) noexcept {
  if (!source) return Verdict::kInvalidAccess;
  return *source == wanted ? Verdict::kOk : Verdict::kUnauthorized;
}

Verdict judge(const Organization& caveat, const Access& access) {
  if (!access.org) return Verdict::kUnspecified;
  if (caveat.id != 0 && caveat.id != *access.org) return Verdict::kResource;
  return within(caveat.mask, access);
}

Verdict judge(const Apps& caveat, const Access& access) {
  return judge_set(caveat.apps, &IdEntry::id, access.app, access, [&](std::uint64_t id) { return id == *access.app; });
}

Verdict judge(const StorageObjects& caveat, const Access& access) {
  return judge_set(caveat.prefixes, &NameEntry::name, access.storage_object, access,
                   [&](std::string_view prefix) { return access.storage_object->starts_with(prefix); });
}

Verdict judge(const Volumes& caveat, const Access& access) {
  return judge_names(caveat.volumes, access.volume, access);
}
Verdict judge(const FeatureSet& caveat, const Access& access) {
  return judge_names(caveat.features, access.feature, access);
}
Verdict judge(const Machines& caveat, const Access& access) {
  return judge_names(caveat.machines, access.machine, access);
}
Verdict judge(const MachineFeatureSet& caveat, const Access& access) {
  return judge_names(caveat.features, access.machine_feature, access);
}
Verdict judge(const Clusters& caveat, const Access& access) {
  return judge_names(caveat.clusters, access.cluster, access);
}
Verdict judge(const AppFeatureSet& caveat, const Access& access) {
  return judge_names(caveat.features, access.app_feature, access);
}

Verdict judge(const ValidityWindow& caveat, const Access& access) {
  // Ends so far away that arithmetic on them may overflow elsewhere never clear.
  constexpr std::int64_t kFarthest = std::int64_t{1} << 55;
  const auto is_sane = [](std::int64_t end) { return end >= -kFarthest && end <= kFarthest; };
  if (!is_sane(caveat.not_before_unix_s) || !is_sane(caveat.not_after_unix_s)) return Verdict::kUnauthorized;
  return caveat.not_before_unix_s <= access.now_unix_s && access.now_unix_s <= caveat.not_after_unix_s
             ? Verdict::kOk
             : Verdict::kUnauthorized;
}

Verdict judge(const Mutations& caveat, const Access& access) {
  if (!access.mutation) return Verdict::kUnspecified;
  for (const TextItem& mutation : caveat.mutations)
    if (mutation.text == *access.mutation) return Verdict::kOk;
  return Verdict::kResource;
}

Verdict judge(const Commands& caveat, const Access& access) {
  if (!access.command) return Verdict::kUnspecified;
  for (const CommandEntry& entry : caveat.commands)
    if (matches_command(entry, *access.command)) return Verdict::kOk;
  return Verdict::kResource;
}

Verdict judge(const IfPresent& caveat, const Access& access) {
  // The worst of several verdicts, in the order that decides between them.
  constexpr Verdict kOrder[] = {Verdict::kResource,  Verdict::kAction,        Verdict::kRole,
                                Verdict::kBadCaveat, Verdict::kInvalidAccess, Verdict::kUnauthorized};
  bool any_specified = false;
  auto worst = std::end(kOrder);
  for (const Caveat& inner : caveat.ifs) {
    const Verdict verdict = clear(inner, access);
    if (verdict == Verdict::kUnspecified) continue;
    any_specified = true;
    worst = std::min(worst, std::find(std::begin(kOrder), std::end(kOrder), verdict));
  }
  if (!any_specified) return within(caveat.otherwise, access);
  return worst == std::end(kOrder) ? Verdict::kOk : *worst;
}

Verdict judge(const FromMachineSource& caveat, const Access& access) {
  return judge_source(caveat.id, access.source_machine);
}

Verdict judge(const FlySrc& caveat, const Access& access) {
  const std::pair<std::string_view, const std::optional<std::string_view>*> checks[] = {
      {caveat.instance, &access.source_machine},
      {caveat.app, &access.source_app},
      {caveat.organization, &access.source_organization}};
  for (const auto& [wanted, source] : checks) {
    if (wanted.empty()) continue;
    if (const Verdict verdict = judge_source(wanted, *source); verdict != Verdict::kOk) return verdict;
  }
  return Verdict::kOk;
}

Verdict judge(const ActionCaveat& caveat, const Access& access) { return within(caveat.mask, access); }
Verdict judge(const AllowedRoles& caveat, const Access& access) { return judge_roles(caveat.roles, access); }
Verdict judge(const IsMember&, const Access& access) { return judge_roles(kRoleMember, access); }

// These are for the third party that issues a discharge (FORMAT.md §8).
Verdict judge(const ConfineUser&, const Access&) { return Verdict::kInvalidAccess; }
Verdict judge(const ConfineOrganization&, const Access&) { return Verdict::kInvalidAccess; }
Verdict judge(const ConfineGoogleHD&, const Access&) { return Verdict::kInvalidAccess; }
Verdict judge(const ConfineGitHubOrg&, const Access&) { return Verdict::kInvalidAccess; }
Verdict judge(const MaxValidity&, const Access&) { return Verdict::kInvalidAccess; }

// Verification handles these. Where nothing was verified, their condition is not known to hold.
Verdict judge(const ThirdParty&, const Access&) { return Verdict::kBadCaveat; }
Verdict judge(const BindToParentToken&, const Access&) { return Verdict::kBadCaveat; }
Verdict judge(const UnknownCaveat&, const Access&) { return Verdict::kBadCaveat; }

Verdict judge(const IsUser&, const Access&) { return Verdict::kOk; }
Verdict judge(const FlyioUserID&, const Access&) { return Verdict::kOk; }
Verdict judge(const GitHubUserID&, const Access&) { return Verdict::kOk; }
Verdict judge(const GoogleUserID&, const Access&) { return Verdict::kOk; }

}  // namespace

const char* to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kOk: return "ok";
    case Verdict::kUnspecified: return "unspecified";
    case Verdict::kResource: return "resource";
    case Verdict::kAction: return "action";
    case Verdict::kRole: return "role";
    case Verdict::kUnauthorized: return "unauthorized";
    case Verdict::kInvalidAccess: return "invalid_access";
    case Verdict::kBadCaveat: return "bad_caveat";
  }
  return "";
}

Verdict clear(const Caveat& caveat, const Access& access) {
  return std::visit([&](const auto& body) { return judge(body, access); }, caveat.body);
}

bool all_clear(std::span<const Caveat* const> caveats, const Access& access) {
  return std::all_of(caveats.begin(), caveats.end(),
                     [&](const Caveat* caveat) { return clear(*caveat, access) == Verdict::kOk; });
}

}  // namespace libtoken
