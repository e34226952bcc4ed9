#include "libtoken/profile.h"

#include <algorithm>
#include <iterator>

#include "libtoken/text.h"

namespace libtoken {
namespace {

// What members may do with an org's features; of the rest they see nothing (FORMAT.md §7 has who may do what).
CaveatSet member_features() {
  CaveatSet::Names features;
  for (const char* all : {"wg", "domain", "site", "builder", "addon", "checks", "litefs-cloud"})
    features.emplace_back(all, kAllActions);
  for (const char* read : {"membership", "authentication"}) features.emplace_back(read, kRead);
  CaveatSet set;
  set.names(CaveatType::kFeatureSet, std::move(features));
  return set;
}

CaveatSet begin_with(std::uint64_t org) {
  CaveatSet set;
  set.organization(org, kAllActions);
  return set;
}

// Exactly deploy_profile()'s second caveat, for whatever app.
bool is_deploy(const IfPresent& caveat) {
  if (caveat.otherwise != kRead || caveat.ifs.size() != 2) return false;
  const auto* apps = std::get_if<Apps>(&caveat.ifs.begin()[0].body);
  const auto* features = std::get_if<FeatureSet>(&caveat.ifs.begin()[1].body);
  if (apps == nullptr || features == nullptr || apps->apps.size() != 1 || features->features.size() != 2) return false;
  const IdEntry app = *apps->apps.begin();
  if (app.id == 0 || app.mask != kAllActions) return false;
  constexpr std::string_view kFeatures[] = {"builder", "wg"};
  return std::equal(features->features.begin(), features->features.end(), std::begin(kFeatures),
                    [](const NameEntry& entry, std::string_view name) {
                      return entry.name == name && entry.mask == kAllActions;
                    });
}

// The caveats of any kind of list, by index.
template <class At>
std::optional<Profile> recognise(std::size_t count, const At& caveat_at) {
  if (count == 0) return std::nullopt;
  const auto* org = std::get_if<Organization>(&caveat_at(0).body);
  if (org == nullptr || org->id == 0 || !org->mask.contains(kAllActions)) return std::nullopt;
  if (count == 1) return Profile::kOrg;

  const CaveatBody& second = caveat_at(1).body;
  if (const auto* narrowed = std::get_if<Organization>(&second))
    return narrowed->id == org->id && narrowed->mask == kRead ? Profile::kReadonly : Profile::kOrg;
  const auto* if_present = std::get_if<IfPresent>(&second);
  if (if_present != nullptr && is_deploy(*if_present)) return Profile::kDeploy;
  return Profile::kOrg;
}

}  // namespace

const char* to_string(Profile profile) noexcept {
  switch (profile) {
    case Profile::kOrg: return "org";
    case Profile::kReadonly: return "readonly";
    case Profile::kDeploy: return "deploy";
  }
  return "";
}

Result<Profile> parse_profile(std::string_view name) {
  for (const Profile profile : {Profile::kOrg, Profile::kReadonly, Profile::kDeploy})
    if (name == to_string(profile)) return profile;
  return fail(ErrorKind::kInvalidArgument,
              "\"" + escape_untrusted(name, 64) + "\" is no profile: there are org, readonly and deploy");
}

const char* to_string(Role role) noexcept {
  switch (role) {
    case Role::kMember: return "member";
    case Role::kAdmin: return "admin";
  }
  return "";
}

Result<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::kMember, Role::kAdmin})
    if (name == to_string(role)) return role;
  return fail(ErrorKind::kInvalidArgument, "\"" + escape_untrusted(name, 64) + "\" is no role: there are member and admin");
}

CaveatSet org_profile(std::uint64_t org, Role role) {
  CaveatSet set = begin_with(org);
  switch (role) {
    case Role::kMember: set.is_member().if_present(member_features(), kAllActions); break;
    case Role::kAdmin: break;
  }
  return set;
}

CaveatSet readonly_profile(std::uint64_t org) {
  CaveatSet set = begin_with(org);
  set.organization(org, kRead);
  return set;
}

CaveatSet deploy_profile(std::uint64_t org, std::uint64_t app) {
  CaveatSet allowed;
  allowed.apps({{app, kAllActions}});
  allowed.names(CaveatType::kFeatureSet, {{"builder", kAllActions}, {"wg", kAllActions}});
  CaveatSet set = begin_with(org);
  set.if_present(allowed, kRead);
  return set;
}

std::optional<Profile> recognise_profile(std::span<const Caveat> caveats) {
  return recognise(caveats.size(), [&](std::size_t i) -> const Caveat& { return caveats[i]; });
}

std::optional<Profile> recognise_profile(std::span<const Caveat* const> caveats) {
  return recognise(caveats.size(), [&](std::size_t i) -> const Caveat& { return *caveats[i]; });
}

}  // namespace libtoken
