#include "caveats/caveat_table.h"

#include <algorithm>

namespace libtoken {
namespace {

constexpr CaveatRow kTable[] = {
    {CaveatType::kOrganization, "Organization", CaveatKind::kRestriction},
    {CaveatType::kVolumes, "Volumes", CaveatKind::kResource},
    {CaveatType::kApps, "Apps", CaveatKind::kResource},
    {CaveatType::kValidityWindow, "ValidityWindow", CaveatKind::kRestriction},
    {CaveatType::kFeatureSet, "FeatureSet", CaveatKind::kResource},
    {CaveatType::kMutations, "Mutations", CaveatKind::kResource},
    {CaveatType::kMachines, "Machines", CaveatKind::kResource},
    {CaveatType::kConfineUser, "ConfineUser", CaveatKind::kRestriction},
    {CaveatType::kConfineOrganization, "ConfineOrganization", CaveatKind::kRestriction},
    {CaveatType::kIsUser, "IsUser", CaveatKind::kRestriction},
    {CaveatType::kThirdParty, "3P", CaveatKind::kStructure},
    {CaveatType::kBindToParentToken, "BindToParentToken", CaveatKind::kStructure},
    {CaveatType::kIfPresent, "IfPresent", CaveatKind::kRestriction},
    {CaveatType::kMachineFeatureSet, "MachineFeatureSet", CaveatKind::kResource},
    {CaveatType::kFromMachineSource, "FromMachineSource", CaveatKind::kRestriction},
    {CaveatType::kClusters, "Clusters", CaveatKind::kResource},
    {CaveatType::kConfineGoogleHD, "ConfineGoogleHD", CaveatKind::kRestriction},
    {CaveatType::kConfineGitHubOrg, "ConfineGitHubOrg", CaveatKind::kRestriction},
    {CaveatType::kMaxValidity, "MaxValidity", CaveatKind::kRestriction},
    {CaveatType::kIsMember, "IsMember", CaveatKind::kRestriction},
    {CaveatType::kFlyioUserID, "FlyioUserID", CaveatKind::kAttestation},
    {CaveatType::kGitHubUserID, "GitHubUserID", CaveatKind::kAttestation},
    {CaveatType::kGoogleUserID, "GoogleUserID", CaveatKind::kAttestation},
    {CaveatType::kAction, "Action", CaveatKind::kRestriction},
    {CaveatType::kCommands, "Commands", CaveatKind::kResource},
    {CaveatType::kAppFeatureSet, "AppFeatureSet", CaveatKind::kResource},
    {CaveatType::kStorageObjects, "StorageObjects", CaveatKind::kResource},
    {CaveatType::kAllowedRoles, "AllowedRoles", CaveatKind::kRestriction},
    {CaveatType::kFlySrc, "FlySrc", CaveatKind::kRestriction},
};

struct OldName {
  std::string_view name;
  CaveatType type;
};
constexpr OldName kOldNames[] = {
    {"DeprecatedOrganization", CaveatType::kOrganization},
    {"DeprecatedApps", CaveatType::kApps},
    {"NoAdminFeatures", CaveatType::kIsMember},
};

}  // namespace

const CaveatRow* find_row(CaveatType type) noexcept {
  const auto* row = std::lower_bound(std::begin(kTable), std::end(kTable), type,
                                     [](const CaveatRow& one, CaveatType wanted) { return one.type < wanted; });
  return row != std::end(kTable) && row->type == type ? row : nullptr;
}

const CaveatRow* find_row(std::string_view name) noexcept {
  for (const CaveatRow& row : kTable)
    if (row.name == name) return &row;
  for (const OldName& old : kOldNames)
    if (old.name == name) return find_row(old.type);
  return nullptr;
}

std::string_view name_of(CaveatType type) noexcept {
  const CaveatRow* row = find_row(type);
  return row == nullptr ? std::string_view() : row->name;
}

bool is_attestation(CaveatType type) noexcept {
  return type == CaveatType::kFlyioUserID || type == CaveatType::kGitHubUserID || type == CaveatType::kGoogleUserID;
}

bool has_unreachable_else(const Caveat& caveat) noexcept {
  const auto* if_present = std::get_if<IfPresent>(&caveat.body);
  if (if_present == nullptr) return false;
  return std::any_of(if_present->ifs.begin(), if_present->ifs.end(), [](const Caveat& inner) {
    const CaveatRow* row = find_row(inner.type);
    return row == nullptr || row->kind != CaveatKind::kResource;
  });
}

}  // namespace libtoken
