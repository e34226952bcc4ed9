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

// Recognises the profile of caveats of any kind of list, which are given by index.
template <class At>
class Recogniser {
 public:
  Recogniser(std::size_t count, const At& caveat_at) : count_(count), at_(caveat_at) {}

  std::optional<Profile> profile() {
    if (count_ == 0) return std::nullopt;
    const auto* org = std::get_if<Organization>(&at_(0).body);
    if (org == nullptr || org->id == 0 || !org->mask.contains(kAllActions)) return std::nullopt;
    org_ = org->id;
    Profile profile = first();
    // A token that was made with another one has that one's caveats first; then its own recipe, without what stands
    // there already; and then a window.
    for (std::size_t i = 1; i < count_ && may_make_others(profile); ++i) {
      if (ends_recipe(at_(i))) profile = made_by(profile, i);
    }
    return profile;
  }

 private:
  // What tokens of other profiles allow is not enough to make one with them.
  static bool may_make_others(Profile profile) noexcept {
    return profile == Profile::kOrg || profile == Profile::kDeploy;
  }
  // A window that a mint gave. One that a holder adds with tokenctl has no beginning.
  static bool ends_recipe(const Caveat& caveat) {
    const auto* window = std::get_if<ValidityWindow>(&caveat.body);
    return window != nullptr && window->not_before_unix_s != 0;
  }

  [[nodiscard]] bool is_readonly(const Caveat& caveat) const {
    const auto* narrowed = std::get_if<Organization>(&caveat.body);
    return narrowed != nullptr && narrowed->id == org_ && narrowed->mask == kRead;
  }
  static std::optional<Profile> opener(const Caveat& caveat) {
    const std::optional<Opened> opened = opened_by(caveat);
    if (!opened) return std::nullopt;
    if (opened->app != 0 && opened->features == Opened::Features::kBuilderAndWg) return Profile::kDeploy;
    if (opened->app == 0 && opened->features == Opened::Features::kWg) return Profile::kWireguard;
    return std::nullopt;
  }
  static std::optional<Profile> on_top_of_deploy(const Caveat& caveat) {
    if (caveat.type == CaveatType::kCommands) return Profile::kMachineExec;
    return is_ssh_narrowing(caveat) ? std::optional(Profile::kSsh) : std::nullopt;
  }

  // The recipe that stands first.
  Profile first() const {
    std::size_t next = 1;
    const bool is_members = count_ > 2 && at_(1).type == CaveatType::kIsMember && at_(2).type == CaveatType::kIfPresent;
    if (is_members) next = 3;
    if (next >= count_) return Profile::kOrg;
    if (is_readonly(at_(next))) return Profile::kReadonly;
    const auto opened = opener(at_(next));
    if (opened != Profile::kDeploy || next + 1 >= count_) return opened.value_or(Profile::kOrg);
    return on_top_of_deploy(at_(next + 1)).value_or(Profile::kDeploy);
  }

  // The profile of a token that was made with one of profile `maker`, and whose recipe ends before the caveat `end`.
  Profile made_by(Profile maker, std::size_t end) const {
    const Caveat& last = at_(end - 1);
    if (const auto more = on_top_of_deploy(last); more && opens_app_before(end - 1)) return *more;
    if (maker == Profile::kDeploy) return maker;
    if (is_readonly(last)) return Profile::kReadonly;
    return opener(last).value_or(maker);
  }
  [[nodiscard]] bool opens_app_before(std::size_t end) const {
    for (std::size_t i = 1; i < end; ++i)
      if (opener(at_(i)) == Profile::kDeploy) return true;
    return false;
  }

  const std::size_t count_;
  const At& at_;
  std::uint64_t org_ = 0;
};

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
  const auto at = [&](std::size_t i) -> const Caveat& { return caveats[i]; };
  return Recogniser(caveats.size(), at).profile();
}

std::optional<Profile> recognise_profile(std::span<const Caveat* const> caveats) {
  const auto at = [&](std::size_t i) -> const Caveat& { return *caveats[i]; };
  return Recogniser(caveats.size(), at).profile();
}

}  // namespace libtoken
