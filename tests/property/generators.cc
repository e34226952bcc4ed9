#include "generators.h"

#include <array>

#include <rapidcheck.h>

namespace property_test {
namespace {

using namespace libtoken;

ActionMask any_mask() {
  // Mostly generous, or nothing would ever be allowed.
  return {*rc::gen::weightedOneOf<std::uint16_t>({{3, rc::gen::just<std::uint16_t>(31)}, {2, rc::gen::inRange<std::uint16_t>(0, 32)}})};
}

std::uint64_t any_of_ids(std::vector<std::uint64_t> ids) { return *rc::gen::elementOf(ids); }
std::string any_name() { return *rc::gen::elementOf(std::vector<std::string>{"", "a", "b", "wg", "billing", "litefs-cloud", "deletion"}); }

CaveatSet::Names any_names() {
  CaveatSet::Names names;
  for (const char* name : {"a", "b", "wg", "billing"})
    if (*rc::gen::inRange(0, 3) != 0) names.emplace_back(name, any_mask());
  if (*rc::gen::inRange(0, 8) == 0) names = {{"", any_mask()}};
  return names;
}

CaveatSet::Ids any_ids() {
  CaveatSet::Ids ids;
  for (const std::uint64_t id : {10, 11})
    if (*rc::gen::inRange(0, 3) != 0) ids.emplace_back(id, any_mask());
  if (*rc::gen::inRange(0, 8) == 0) ids = {{0, any_mask()}};
  return ids;
}

// One that may stand inside IfPresent.
CaveatSet any_resource_caveat() {
  CaveatSet set;
  switch (*rc::gen::inRange(0, 7)) {
    case 0: return set.apps(any_ids());
    case 1: return set.names(CaveatType::kFeatureSet, any_names());
    case 2: return set.names(CaveatType::kMachines, any_names());
    case 3: return set.names(CaveatType::kVolumes, any_names());
    case 4: return set.names(CaveatType::kStorageObjects, any_names());
    case 5: return set.mutations({any_name(), any_name()});
    default: return set.commands({{{any_name()}, *rc::gen::arbitrary<bool>()}});
  }
}

}  // namespace

CaveatSet any_caveat() {
  CaveatSet set;
  switch (*rc::gen::inRange(0, 9)) {
    case 0: return set.organization(any_of_ids({0, 1, 1, 1, 2}), any_mask());
    case 1: return set.action(any_mask());
    case 2: return set.validity_window(kNow - *rc::gen::inRange(-1, 3), kNow + *rc::gen::inRange(-1, 3));
    case 3: return set.is_member();
    case 4: return set.number(CaveatType::kAllowedRoles, any_of_ids({0, 1, 2, 0xffffffff}));
    case 5: return any_resource_caveat();
    case 6: return set.flysrc("", any_name(), "");
    default: {
      CaveatSet inner;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) inner.append(any_resource_caveat());
      return set.if_present(inner, any_mask());
    }
  }
}

CaveatSet any_caveats() {
  CaveatSet set;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) set.append(any_caveat());
  return set;
}

Access any_access() {
  // Texts that outlive every access.
  static const std::array<std::string, 5> kNames = {"a", "b", "wg", "billing", "deletion"};
  static const std::array<std::string_view, 1> kCommand = {"a"};
  // By its place: elementOf() gives a copy, which would die at once.
  const auto name = [] { return std::optional<std::string_view>(kNames.at(*rc::gen::inRange<std::size_t>(0, kNames.size()))); };
  Access access;
  access.action.bits = *rc::gen::elementOf(std::vector<std::uint16_t>{0, 1, 1, 2, 4, 8, 16, 3, 31});
  access.now_unix_s = kNow + *rc::gen::inRange(-1, 2);
  if (*rc::gen::inRange(0, 10) != 0) access.org = any_of_ids({1, 1, 1, 2});
  switch (*rc::gen::inRange(0, 6)) {
    case 0: access.feature = name(); break;
    case 1: access.storage_object = name(); break;
    case 2:
      access.app = any_of_ids({10, 11, 12});
      access.machine = name();
      if (*rc::gen::arbitrary<bool>()) access.command = kCommand;
      break;
    case 3: access.app = any_of_ids({10, 11, 12}); access.volume = name(); break;
    case 4: access.app = any_of_ids({10, 11, 12}); break;
    default: break;
  }
  if (*rc::gen::inRange(0, 4) == 0) access.mutation = name();
  if (*rc::gen::inRange(0, 4) == 0) access.source_app = name();
  return access;
}

}  // namespace property_test
