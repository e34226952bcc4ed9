#include <rapidcheck.h>

#include <array>

#include "draw.h"
#include "generators.h"

namespace property_test {
namespace {

using namespace libtoken;

constexpr std::array<const char*, 4> kCommonFeatures = {"wg", "billing", "deletion", "litefs-cloud"};

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
  for (const std::uint64_t id : {10U, 11U})
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
    CaveatType::kVolumes,        CaveatType::kApps,         CaveatType::kFeatureSet, CaveatType::kMutations,
    CaveatType::kMachines,       CaveatType::kClusters,     CaveatType::kCommands,   CaveatType::kMachineFeatureSet,
    CaveatType::kStorageObjects, CaveatType::kAppFeatureSet};
// Those that restrict, and clear for some accesses.
constexpr std::array kOtherTypes = {CaveatType::kOrganization,      CaveatType::kValidityWindow, CaveatType::kIfPresent,
                                    CaveatType::kFromMachineSource, CaveatType::kIsMember,       CaveatType::kAction,
                                    CaveatType::kAllowedRoles,      CaveatType::kFlySrc};
constexpr std::array kNeverClearing = {CaveatType::kConfineUser,     CaveatType::kConfineOrganization,
                                       CaveatType::kConfineGoogleHD, CaveatType::kConfineGitHubOrg,
                                       CaveatType::kMaxValidity,     kUnknownType};

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
      caveat.number = one_of(std::array{0U, 1U, 1U, 1U, 2U});
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
    case CaveatType::kAllowedRoles:
      caveat.number = one_of(std::array{0U, 1U, 1U, 2U, 3U, 0xfffffffeU, 0xffffffffU});
      break;
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

}  // namespace

std::size_t any_below(std::size_t count) {
  return *rc::Gen<std::size_t>([count](const rc::Random& random, int) {
    rc::Random numbers = random;
    return rc::shrinkable::shrinkRecur(static_cast<std::size_t>(numbers.next() % count),
                                       &rc::shrink::integral<std::size_t>);
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

}  // namespace property_test
