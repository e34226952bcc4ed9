#include <algorithm>

#include "libtoken/clearing.h"
#include "libtoken/third_party.h"

namespace libtoken {
namespace {

template <class Accounts>
bool any_belongs_to(const Accounts& accounts, std::uint64_t organization) {
  return std::any_of(accounts.begin(), accounts.end(), [&](const auto& account) {
    return std::find(account.organizations.begin(), account.organizations.end(), organization) !=
           account.organizations.end();
  });
}

bool lasts_at_most(std::uint64_t seconds, const DischargeRequest& request) noexcept {
  if (!request.expires_unix_s) return false;
  if (*request.expires_unix_s <= request.now_unix_s) return true;
  // The true difference of two signed 64-bit numbers fits in 64 unsigned bits.
  const std::uint64_t lifetime =
      static_cast<std::uint64_t>(*request.expires_unix_s) - static_cast<std::uint64_t>(request.now_unix_s);
  return lifetime <= seconds;
}

}  // namespace

bool allows_discharge(const Caveat& caveat, const DischargeRequest& request) {
  switch (caveat.type) {
    case CaveatType::kConfineUser:
      return std::any_of(request.accounts.begin(), request.accounts.end(), [&](const DischargeRequest::Account& one) {
        return one.user == std::get<ConfineUser>(caveat.body).id;
      });
    case CaveatType::kConfineOrganization:
      return any_belongs_to(request.accounts, std::get<ConfineOrganization>(caveat.body).id);
    case CaveatType::kConfineGoogleHD:
      return std::any_of(request.google.begin(), request.google.end(), [&](const DischargeRequest::GoogleAccount& one) {
        return one.hosted_domain == std::get<ConfineGoogleHD>(caveat.body).hosted_domain;
      });
    case CaveatType::kConfineGitHubOrg:
      return any_belongs_to(request.github, std::get<ConfineGitHubOrg>(caveat.body).id);
    case CaveatType::kMaxValidity: return lasts_at_most(std::get<MaxValidity>(caveat.body).seconds, request);
    case CaveatType::kValidityWindow: {
      Access access;
      access.now_unix_s = request.now_unix_s;
      return clear(caveat, access) == Verdict::kOk;
    }
    case CaveatType::kFlySrc: {
      const auto& source = std::get<FlySrc>(caveat.body);
      return source.organization.empty() && source.app.empty() && source.instance.empty();
    }
    case CaveatType::kIsUser:
    case CaveatType::kFlyioUserID:
    case CaveatType::kGitHubUserID:
    case CaveatType::kGoogleUserID: return true;
    // Everything else restricts an access, and there is none here.
    case CaveatType::kOrganization:
    case CaveatType::kVolumes:
    case CaveatType::kApps:
    case CaveatType::kFeatureSet:
    case CaveatType::kMutations:
    case CaveatType::kMachines:
    case CaveatType::kThirdParty:
    case CaveatType::kBindToParentToken:
    case CaveatType::kIfPresent:
    case CaveatType::kMachineFeatureSet:
    case CaveatType::kFromMachineSource:
    case CaveatType::kClusters:
    case CaveatType::kIsMember:
    case CaveatType::kAction:
    case CaveatType::kCommands:
    case CaveatType::kAppFeatureSet:
    case CaveatType::kStorageObjects:
    case CaveatType::kAllowedRoles: return false;
  }
  return false;  // a type we do not know
}

}  // namespace libtoken
