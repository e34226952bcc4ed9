#include "generators.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include <rapidcheck.h>

namespace property_test {
namespace {

using namespace libtoken;

bool one_in(std::size_t count) { return any_below(count) == 0; }

// A copy: what a generator of rapidcheck yields is a temporary, and so must not be returned by reference.
template <class Range>
auto one_of(const Range& values) {
  return *std::next(std::begin(values), static_cast<std::ptrdiff_t>(any_below(std::size(values))));
}

// An access borrows its texts: these are never freed.
std::string_view lasting(const std::string& text) {
  static std::set<std::string> texts;
  return *texts.insert(text).first;
}

constexpr std::array<const char*, 4> kNames = {"a", "ab", "b", "c"};
constexpr std::array<const char*, 4> kCommonFeatures = {"wg", "billing", "deletion", "litefs-cloud"};
constexpr std::array<const char*, 13> kFeatures = {"wg",     "domain",       "site",       "builder", "addon",
                                                   "checks", "litefs-cloud", "membership", "billing", "authentication",
                                                   "deletion", "document_signing", "unheard of"};
constexpr std::array<std::string_view, 3> kWords = {"a", "b", "c"};

ActionMask any_mask() {
  if (!one_in(3)) return kAllActions;
  return {static_cast<std::uint16_t>(one_in(8) ? 0xffff : any_below(32))};
}

CaveatSet::Names any_names(CaveatType type) {
  if (one_in(8)) return {{"", any_mask()}};
  CaveatSet::Names names;
  for (const char* name : type == CaveatType::kFeatureSet ? kCommonFeatures : kNames)
    if (!one_in(2)) names.emplace_back(name, any_mask());
  if (one_in(16)) names.emplace_back("", any_mask());
  return names;
}

CaveatSet::Ids any_ids() {
  if (one_in(8)) return {{0, any_mask()}};
  CaveatSet::Ids ids;
  for (const std::uint64_t id : {10, 11})
    if (!one_in(3)) ids.emplace_back(id, any_mask());
  if (one_in(16)) ids.emplace_back(0, any_mask());
  return ids;
}

std::vector<std::string> any_texts() {
  std::vector<std::string> texts;
  for (const char* text : kNames)
    if (one_in(2)) texts.emplace_back(text);
  return texts;
}

std::vector<CaveatSet::Command> any_commands() {
  std::vector<CaveatSet::Command> commands;
  for (std::size_t count = any_below(3); count > 0; --count) {
    CaveatSet::Command& command = commands.emplace_back();
    for (std::size_t i = 0, words = any_below(3); i < words; ++i) command.args.emplace_back(kWords[i]);
    command.exact = one_in(2);
  }
  return commands;
}

std::int64_t any_end(std::int64_t sign) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 55;
  if (one_in(8)) return sign * (kFarthest + static_cast<std::int64_t>(any_below(2)));
  return kNow + sign * (static_cast<std::int64_t>(any_below(5)) - 1);
}

// Those that may stand inside an IfPresent that is added to a token.
constexpr std::array kResourceTypes = {
    CaveatType::kVolumes,         CaveatType::kApps,     CaveatType::kFeatureSet, CaveatType::kMutations,
    CaveatType::kMachines,        CaveatType::kClusters, CaveatType::kCommands,   CaveatType::kMachineFeatureSet,
    CaveatType::kStorageObjects,  CaveatType::kAppFeatureSet};
// Those that restrict, and clear for some accesses.
constexpr std::array kOtherTypes = {
    CaveatType::kOrganization, CaveatType::kValidityWindow, CaveatType::kIfPresent,    CaveatType::kFromMachineSource,
    CaveatType::kIsMember,     CaveatType::kAction,         CaveatType::kAllowedRoles, CaveatType::kFlySrc};
constexpr std::array kNeverClearing = {
    CaveatType::kConfineUser,      CaveatType::kConfineOrganization, CaveatType::kConfineGoogleHD,
    CaveatType::kConfineGitHubOrg, CaveatType::kMaxValidity,         kUnknownType};

enum class Inner : std::uint8_t { kAddable, kDecodable };

PlainCaveat any_inner(Inner allowed, std::size_t depth) {
  if (allowed == Inner::kDecodable && one_in(3)) {
    if (depth < 3 && one_in(3)) {
      PlainCaveat nested{CaveatType::kIfPresent};
      nested.mask = any_mask();
      for (std::size_t count = any_below(3); count > 0; --count) nested.inner.push_back(any_inner(allowed, depth + 1));
      return nested;
    }
    const CaveatType type = one_in(3) ? one_of(kNeverClearing) : one_of(kOtherTypes);
    if (type != CaveatType::kIfPresent) return any_caveat_of(type);
  }
  return any_caveat_of(one_of(kResourceTypes));
}

PlainCaveat any_of_type(CaveatType type, Inner allowed) {
  PlainCaveat caveat{type};
  switch (type) {
    case CaveatType::kOrganization:
      caveat.number = one_of(std::array{0, 1, 1, 1, 2});
      caveat.mask = any_mask();
      break;
    case CaveatType::kApps: caveat.ids = any_ids(); break;
    case CaveatType::kVolumes:
    case CaveatType::kFeatureSet:
    case CaveatType::kMachines:
    case CaveatType::kMachineFeatureSet:
    case CaveatType::kClusters:
    case CaveatType::kAppFeatureSet:
    case CaveatType::kStorageObjects: caveat.names = any_names(type); break;
    case CaveatType::kValidityWindow:
      caveat.not_before_unix_s = any_end(-1);
      caveat.not_after_unix_s = any_end(1);
      break;
    case CaveatType::kMutations: caveat.texts = any_texts(); break;
    case CaveatType::kCommands: caveat.commands = any_commands(); break;
    case CaveatType::kAction: caveat.mask = any_mask(); break;
    case CaveatType::kAllowedRoles: caveat.number = one_of(std::array{0U, 1U, 1U, 2U, 3U, 0xfffffffeU, 0xffffffffU}); break;
    case CaveatType::kFromMachineSource:
    case CaveatType::kConfineGoogleHD: caveat.texts = {one_of(kNames)}; break;
    case CaveatType::kFlySrc:
      for (int i = 0; i < 3; ++i) caveat.texts.emplace_back(one_in(2) ? "" : one_of(kNames));
      break;
    case CaveatType::kIfPresent:
      caveat.mask = any_mask();
      for (std::size_t count = any_below(4); count > 0; --count) caveat.inner.push_back(any_inner(allowed, 1));
      break;
    default: caveat.number = any_below(3); break;  // the rest have a number or nothing
  }
  return caveat;
}

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
  kOrg, kFeature, kCluster, kStorageObject, kApp, kMachine, kCommand, kMachineFeature, kVolume, kAppFeature
};
constexpr std::array kAbout = {About::kOrg,     About::kFeature, About::kCluster,        About::kStorageObject, About::kApp,
                               About::kMachine, About::kCommand, About::kMachineFeature, About::kVolume,        About::kAppFeature};

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
    add_source(access.source_machine, one_in(2) ? near_text(CaveatType::kFlySrc, 2)
                                                : near_text(CaveatType::kFromMachineSource, 0));
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
    if (caveats_.empty() || one_in(3)) return {one_in(8) ? static_cast<std::uint16_t>(any_below(64)) : one_of(kActions)};
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
        access.command = std::span(kWords).first(any_below(kWords.size() + 1));
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
    return has(CaveatType::kFeatureSet) && !one_in(4) ? near_name(CaveatType::kFeatureSet) : one_of(kFeatures);
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

std::size_t any_below(std::size_t count) {
  return *rc::Gen<std::size_t>([count](const rc::Random& random, int) {
    rc::Random numbers = random;
    return rc::shrinkable::shrinkRecur(static_cast<std::size_t>(numbers.next() % count), &rc::shrink::integral<std::size_t>);
  });
}

PlainCaveat any_caveat_of(CaveatType type) { return any_of_type(type, Inner::kAddable); }
PlainCaveat any_decodable_caveat_of(CaveatType type) { return any_of_type(type, Inner::kDecodable); }

PlainCaveat any_caveat() {
  if (one_in(12)) return any_caveat_of(one_of(kNeverClearing));
  if (one_in(20)) return any_caveat_of(CaveatType::kIsUser);
  return any_caveat_of(one_in(2) ? one_of(kResourceTypes) : one_of(kOtherTypes));
}

PlainCaveats any_caveats() {
  PlainCaveats caveats;
  for (std::size_t count = 1 + any_below(4); count > 0; --count) caveats.push_back(any_caveat());
  return caveats;
}

Access any_access(const PlainCaveats& caveats) { return AccessMaker(caveats).make(); }

}  // namespace property_test
