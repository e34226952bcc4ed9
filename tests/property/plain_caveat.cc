#include "plain_caveat.h"

#include "libtoken/caveat_json.h"

namespace property_test {
namespace {

using namespace libtoken;

void append(CaveatSet& set, const PlainCaveat& caveat) {
  switch (caveat.type) {
    case CaveatType::kOrganization: set.organization(caveat.number, caveat.mask); return;
    case CaveatType::kApps: set.apps(caveat.ids); return;
    case CaveatType::kVolumes:
    case CaveatType::kFeatureSet:
    case CaveatType::kMachines:
    case CaveatType::kMachineFeatureSet:
    case CaveatType::kClusters:
    case CaveatType::kAppFeatureSet:
    case CaveatType::kStorageObjects: set.names(caveat.type, caveat.names); return;
    case CaveatType::kValidityWindow: set.validity_window(caveat.not_before_unix_s, caveat.not_after_unix_s); return;
    case CaveatType::kMutations: set.mutations(caveat.texts); return;
    case CaveatType::kCommands: set.commands(caveat.commands); return;
    case CaveatType::kIfPresent: set.if_present(encoded(caveat.inner), caveat.mask); return;
    case CaveatType::kAction: set.action(caveat.mask); return;
    case CaveatType::kIsMember: set.is_member(); return;
    case CaveatType::kFlySrc: set.flysrc(caveat.texts.at(0), caveat.texts.at(1), caveat.texts.at(2)); return;
    case CaveatType::kFromMachineSource:
    case CaveatType::kConfineGoogleHD: set.text(caveat.type, caveat.texts.at(0)); return;
    case CaveatType::kConfineUser:
    case CaveatType::kConfineOrganization:
    case CaveatType::kIsUser:
    case CaveatType::kConfineGitHubOrg:
    case CaveatType::kMaxValidity:
    case CaveatType::kFlyioUserID:
    case CaveatType::kGitHubUserID:
    case CaveatType::kAllowedRoles: set.number(caveat.type, caveat.number); return;
    case CaveatType::kGoogleUserID: set.google_user_id(Bytes{7}); return;
    case CaveatType::kBindToParentToken: set.bind_to_parent(Bytes(16, 7)); return;
    case CaveatType::kThirdParty: set.third_party("https://login.localhost/v1", Bytes(60, 7), Bytes(90, 7)); return;
  }
  set.encoded(Bytes{0xcc, 200, 0xc3});  // kUnknownType with the body `true`
}

}  // namespace

CaveatSet encoded(const PlainCaveats& caveats) {
  CaveatSet set;
  for (const PlainCaveat& caveat : caveats) append(set, caveat);
  return set;
}

std::string shown(const PlainCaveats& caveats, const Access& access) {
  const CaveatSet set = encoded(caveats);
  std::string text = "caveats:";
  if (const auto decoded = set.check())
    for (const Caveat& caveat : decoded->caveats()) text += "\n  " + caveat_to_json(caveat).dump();
  text += "\naccess: action " + std::to_string(access.action.bits) + ", now " + std::to_string(access.now_unix_s);
  const auto add_number = [&](const char* name, const std::optional<std::uint64_t>& number) {
    if (number) text += std::string(", ") + name + " " + std::to_string(*number);
  };
  const auto add_text = [&](const char* name, const std::optional<std::string_view>& value) {
    if (value) text += std::string(", ") + name + " \"" + std::string(*value) + "\"";
  };
  add_number("org", access.org);
  add_number("app", access.app);
  add_text("feature", access.feature);
  add_text("storage_object", access.storage_object);
  add_text("app_feature", access.app_feature);
  add_text("machine", access.machine);
  add_text("volume", access.volume);
  add_text("machine_feature", access.machine_feature);
  if (access.command) {
    text += ", command";
    for (const std::string_view word : *access.command) text += " \"" + std::string(word) + "\"";
  }
  add_text("cluster", access.cluster);
  add_text("mutation", access.mutation);
  add_text("source_machine", access.source_machine);
  add_text("source_app", access.source_app);
  add_text("source_organization", access.source_organization);
  return text;
}

PlainCaveats joined(PlainCaveats first, const PlainCaveats& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace property_test
