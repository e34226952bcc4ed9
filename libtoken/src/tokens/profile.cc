#include "libtoken/profile.h"

#include <algorithm>
#include <initializer_list>
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

CaveatSet if_app_or_features(CaveatSet::Ids apps, CaveatSet::Names features) {
  CaveatSet allowed;
  allowed.apps(std::move(apps)).names(CaveatType::kFeatureSet, std::move(features));
  CaveatSet set;
  set.if_present(allowed, kRead);
  return set;
}

constexpr std::string_view kSshMutations[] = {"issueCertificate", "addWireGuardPeer"};

// What an IfPresent of if_app_or_features() opens, each thing for every action. `app`: 0 for none.
struct Opened {
  std::uint64_t app = 0;
  enum class Features : std::uint8_t { kWg, kBuilderAndWg } features{};
};

bool opens_all(const NameSet& set, std::initializer_list<std::string_view> names) {
  return std::equal(
      set.begin(), set.end(), names.begin(), names.end(),
      [](const NameEntry& entry, std::string_view name) { return entry.name == name && entry.mask == kAllActions; });
}

std::optional<Opened> opened_by(const Caveat& caveat) {
  const auto* if_present = std::get_if<IfPresent>(&caveat.body);
  if (if_present == nullptr || if_present->otherwise != kRead || if_present->ifs.size() != 2) return std::nullopt;
  const auto* apps = std::get_if<Apps>(&if_present->ifs.begin()[0].body);
  const auto* features = std::get_if<FeatureSet>(&if_present->ifs.begin()[1].body);
  if (apps == nullptr || features == nullptr || apps->apps.size() > 1) return std::nullopt;
  Opened opened;
  for (const IdEntry& entry : apps->apps) {
    if (entry.id == 0 || entry.mask != kAllActions) return std::nullopt;
    opened.app = entry.id;
  }
  if (opens_all(features->features, {"builder", "wg"})) {
    opened.features = Opened::Features::kBuilderAndWg;
  } else if (opens_all(features->features, {"wg"})) {
    opened.features = Opened::Features::kWg;
  } else {
    return std::nullopt;
  }
  return opened;
}

bool is_ssh_narrowing(const Caveat& caveat) {
  if (const auto* action = std::get_if<ActionCaveat>(&caveat.body)) return action->mask == kRead;
  const auto* mutations = std::get_if<Mutations>(&caveat.body);
  return mutations != nullptr &&
         std::equal(mutations->mutations.begin(), mutations->mutations.end(), std::begin(kSshMutations),
                    std::end(kSshMutations),
                    [](const TextItem& item, std::string_view name) { return item.text == name; });
}

// The caveats of any kind of list, by index.
template <class At>
std::optional<Profile> recognise(std::size_t count, const At& caveat_at) {
  if (count == 0) return std::nullopt;
  const auto* org = std::get_if<Organization>(&caveat_at(0).body);
  if (org == nullptr || org->id == 0 || !org->mask.contains(kAllActions)) return std::nullopt;
  if (count == 1) return Profile::kOrg;

  if (const auto* narrowed = std::get_if<Organization>(&caveat_at(1).body))
    return narrowed->id == org->id && narrowed->mask == kRead ? Profile::kReadonly : Profile::kOrg;
  const std::optional<Opened> opened = opened_by(caveat_at(1));
  if (!opened) return Profile::kOrg;
  const bool is_deploy = opened->app != 0 && opened->features == Opened::Features::kBuilderAndWg;
  const bool is_wireguard = opened->app == 0 && opened->features == Opened::Features::kWg;
  if (!is_deploy) return is_wireguard ? Profile::kWireguard : Profile::kOrg;
  if (count > 2 && caveat_at(2).type == CaveatType::kCommands) return Profile::kMachineExec;
  if (count > 2 && is_ssh_narrowing(caveat_at(2))) return Profile::kSsh;
  return Profile::kDeploy;
}

}  // namespace

const char* to_string(Profile profile) noexcept {
  switch (profile) {
    case Profile::kOrg: return "org";
    case Profile::kReadonly: return "readonly";
    case Profile::kDeploy: return "deploy";
    case Profile::kSsh: return "ssh";
    case Profile::kMachineExec: return "machine-exec";
    case Profile::kWireguard: return "wireguard";
  }
  return "";
}

Result<Profile> parse_profile(std::string_view name) {
  constexpr Profile kAll[] = {Profile::kOrg, Profile::kReadonly,    Profile::kDeploy,
                              Profile::kSsh, Profile::kMachineExec, Profile::kWireguard};
  std::string names;
  for (const Profile profile : kAll) {
    if (name == to_string(profile)) return profile;
    names += std::string(names.empty() ? "" : ", ") + to_string(profile);
  }
  return fail(ErrorKind::kInvalidArgument,
              "\"" + escape_untrusted(name, 64) + "\" is not a profile: there are " + names);
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
  return fail(ErrorKind::kInvalidArgument,
              "\"" + escape_untrusted(name, 64) + "\" is not a role: write member or admin");
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
  return begin_with(org).append(
      if_app_or_features({{app, kAllActions}}, {{"builder", kAllActions}, {"wg", kAllActions}}));
}

std::vector<CaveatSet> ssh_profile(std::uint64_t org, std::uint64_t app) {
  std::vector<CaveatSet> copies(2, deploy_profile(org, app));
  copies[0].action(kRead);
  copies[1].mutations({std::begin(kSshMutations), std::end(kSshMutations)});
  return copies;
}

CaveatSet machine_exec_profile(std::uint64_t org, std::uint64_t app, const std::vector<CaveatSet::Command>& commands) {
  return deploy_profile(org, app).commands(commands);
}

CaveatSet wireguard_profile(std::uint64_t org) {
  return begin_with(org).append(if_app_or_features({}, {{"wg", kAllActions}}));
}

std::optional<Profile> recognise_profile(std::span<const Caveat> caveats) {
  return recognise(caveats.size(), [&](std::size_t i) -> const Caveat& { return caveats[i]; });
}

std::optional<Profile> recognise_profile(std::span<const Caveat* const> caveats) {
  return recognise(caveats.size(), [&](std::size_t i) -> const Caveat& { return *caveats[i]; });
}

}  // namespace libtoken
