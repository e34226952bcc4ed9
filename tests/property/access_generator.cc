#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "draw.h"
#include "generators.h"

namespace property_test {
namespace {

using namespace libtoken;

// An access borrows its texts: these are never freed.
std::string_view lasting(const std::string& text) {
  static std::set<std::string> texts;
  return *texts.insert(text).first;
}

constexpr std::array<std::string_view, kWords.size()> kCommand = {kWords[0], kWords[1], kWords[2]};
constexpr std::array<const char*, 13> kFeatures = {
    "wg",      "domain",         "site",     "builder",          "addon",     "checks", "litefs-cloud", "membership",
    "billing", "authentication", "deletion", "document_signing", "unheard of"};

// The caveats and those inside them, at any depth.
std::vector<const PlainCaveat*> flattened(const PlainCaveats& caveats) {
  std::vector<const PlainCaveat*> all;
  for (const PlainCaveat& caveat : caveats) {
    all.push_back(&caveat);
    const auto inner = flattened(caveat.inner);
    all.insert(all.end(), inner.begin(), inner.end());
  }
  return all;
}

// What an access is about, beside its org.
enum class About : std::uint8_t {
  kOrg,
  kFeature,
  kCluster,
  kStorageObject,
  kApp,
  kMachine,
  kCommand,
  kMachineFeature,
  kVolume,
  kAppFeature
};
constexpr std::array kAbout = {About::kOrg,    About::kFeature,   About::kCluster, About::kStorageObject,
                               About::kApp,    About::kMachine,   About::kCommand, About::kMachineFeature,
                               About::kVolume, About::kAppFeature};

About any_about(const std::vector<const PlainCaveat*>& caveats) {
  if (caveats.empty() || one_in(6)) return one_of(kAbout);
  switch (one_of(caveats)->type) {
    case CaveatType::kFeatureSet:
    case CaveatType::kIsMember:
    case CaveatType::kAllowedRoles: return About::kFeature;
    case CaveatType::kClusters: return About::kCluster;
    case CaveatType::kStorageObjects: return About::kStorageObject;
    case CaveatType::kApps: return About::kApp;
    case CaveatType::kMachines: return About::kMachine;
    case CaveatType::kCommands: return About::kCommand;
    case CaveatType::kMachineFeatureSet: return About::kMachineFeature;
    case CaveatType::kVolumes: return About::kVolume;
    case CaveatType::kAppFeatureSet: return About::kAppFeature;
    default: return one_of(kAbout);
  }
}

class AccessMaker {
 public:
  explicit AccessMaker(const PlainCaveats& caveats) : caveats_(flattened(caveats)) {}

  Access make() {
    Access access;
    access.action = any_action();
    access.now_unix_s = any_now();
    if (!one_in(12)) access.org = one_in(6) ? 2 : 1;
    add_resource(access, any_about(caveats_));
    if (one_in(12)) add_resource(access, one_of(kAbout));  // two at once are mostly invalid
    if (one_in(12)) access.app.reset();                    // and so is what belongs to an app without one
    if (one_in(has(CaveatType::kMutations) ? 2 : 6)) access.mutation = near_text(CaveatType::kMutations, 0);
    add_source(access.source_machine,
               one_in(2) ? near_text(CaveatType::kFlySrc, 2) : near_text(CaveatType::kFromMachineSource, 0));
    add_source(access.source_app, near_text(CaveatType::kFlySrc, 1));
    add_source(access.source_organization, near_text(CaveatType::kFlySrc, 0));
    return access;
  }

 private:
  [[nodiscard]] bool has(CaveatType type) const { return find(type) != nullptr; }

  // One of the caveats of a type. Null if there is none.
  [[nodiscard]] const PlainCaveat* find(CaveatType type) const {
    std::vector<const PlainCaveat*> found;
    std::copy_if(caveats_.begin(), caveats_.end(), std::back_inserter(found),
                 [&](const PlainCaveat* one) { return one->type == type; });
    return found.empty() ? nullptr : one_of(found);
  }

  // Within a mask at hand or just beyond it.
  ActionMask any_action() {
    constexpr std::array<std::uint16_t, 6> kActions = {1, 2, 4, 8, 16, 1};
    if (one_in(16)) return {static_cast<std::uint16_t>(any_below(64))};
    if (caveats_.empty() || one_in(3)) return {one_of(kActions)};
    const PlainCaveat& caveat = *one_of(caveats_);
    const bool has_mask = caveat.type == CaveatType::kOrganization || caveat.type == CaveatType::kAction ||
                          caveat.type == CaveatType::kIfPresent;
    std::uint16_t bits = has_mask ? caveat.mask.bits : kAllActions.bits;
    if (!caveat.names.empty()) bits = one_of(caveat.names).second.bits;
    if (!caveat.ids.empty()) bits = one_of(caveat.ids).second.bits;
    if (one_in(4)) return {bits};
    return {static_cast<std::uint16_t>(bits & one_of(kActions))};
  }

  std::int64_t any_now() {
    const PlainCaveat* window = find(CaveatType::kValidityWindow);
    if (window == nullptr || one_in(2)) return kNow;
    switch (any_below(4)) {
      case 0: return window->not_before_unix_s - 1;
      case 1: return window->not_before_unix_s;
      case 2: return window->not_after_unix_s;
      default: return window->not_after_unix_s + 1;
    }
  }

  void add_resource(Access& access, About about) {
    switch (about) {
      case About::kOrg: return;
      case About::kFeature: access.feature = any_feature(); return;
      case About::kCluster:
        access.feature = one_in(8) ? any_feature() : "litefs-cloud";
        access.cluster = near_name(CaveatType::kClusters);
        return;
      case About::kStorageObject: access.storage_object = near_name(CaveatType::kStorageObjects); return;
      case About::kApp: break;
      case About::kMachine: access.machine = near_name(CaveatType::kMachines); break;
      case About::kCommand:
        access.machine = near_name(CaveatType::kMachines);
        access.command = std::span(kCommand).first(any_below(kCommand.size() + 1));
        break;
      case About::kMachineFeature:
        access.machine = near_name(CaveatType::kMachines);
        access.machine_feature = near_name(CaveatType::kMachineFeatureSet);
        break;
      case About::kVolume: access.volume = near_name(CaveatType::kVolumes); break;
      case About::kAppFeature: access.app_feature = near_name(CaveatType::kAppFeatureSet); break;
    }
    access.app = one_of(std::array<std::uint64_t, 4>{10, 10, 11, 12});
  }

  // A key of a resource set at hand, another name, or now and then the empty one; for prefixes also something longer.
  std::string_view near_name(CaveatType type) {
    if (one_in(16)) return "";
    std::string name = one_of(kNames);
    const PlainCaveat* caveat = find(type);
    if (caveat != nullptr && !caveat->names.empty() && !one_in(3)) name = one_of(caveat->names).first;
    if (name.empty()) name = "a";  // a wildcard covers it
    if (one_in(type == CaveatType::kStorageObjects ? 2 : 8)) name += 'b';
    return lasting(name);
  }

  std::string_view any_feature() {
    if (has(CaveatType::kFeatureSet) && !one_in(4)) return near_name(CaveatType::kFeatureSet);
    return one_of(kFeatures);
  }

  std::string_view near_text(CaveatType type, std::size_t index) {
    const PlainCaveat* caveat = find(type);
    if (caveat == nullptr || caveat->texts.empty() || one_in(3)) return lasting(one_of(kNames));
    return lasting(type == CaveatType::kMutations ? one_of(caveat->texts) : caveat->texts.at(index));
  }

  void add_source(std::optional<std::string_view>& source, std::string_view text) {
    const bool is_asked = has(CaveatType::kFlySrc) || has(CaveatType::kFromMachineSource);
    if (is_asked ? !one_in(8) : one_in(4)) source = text;
  }

  std::vector<const PlainCaveat*> caveats_;
};

}  // namespace

Access any_access(const PlainCaveats& caveats) { return AccessMaker(caveats).make(); }

}  // namespace property_test
