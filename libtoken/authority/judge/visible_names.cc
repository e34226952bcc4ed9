#include "authority/judge/visible_names.h"

#include <algorithm>

#include "libtoken/clearing.h"
#include "libtoken/macaroon.h"

namespace libtoken::authority {
namespace {

/// A caveat on what a request about an app may name in addition, or on where it comes from.
bool is_about_more_than_the_app(CaveatType type) noexcept {
  return type == CaveatType::kMachines || type == CaveatType::kVolumes || type == CaveatType::kAppFeatureSet ||
         type == CaveatType::kMachineFeatureSet || type == CaveatType::kCommands || type == CaveatType::kMutations ||
         type == CaveatType::kFromMachineSource || type == CaveatType::kFlySrc;
}

/// Whether some request about the app can clear it.
bool leaves_open(const Caveat& caveat, const Access& access) {
  if (caveat.type == CaveatType::kValidityWindow) return true;
  const Verdict verdict = clear(caveat, access);
  if (verdict == Verdict::kOk) return true;
  return (verdict == Verdict::kUnspecified || verdict == Verdict::kInvalidAccess) &&
         is_about_more_than_the_app(caveat.type);
}

}  // namespace

std::optional<std::string> VisibleNames::org_name(std::uint64_t id) const {
  return id == token_.key_owner() ? snapshot_.org_name(id) : std::nullopt;
}

std::optional<std::string> VisibleNames::app_name(std::uint64_t id) const {
  const auto app = snapshot_.app(id);
  if (!app || app->org != token_.key_owner()) return std::nullopt;
  Access access;
  access.org = app->org;
  access.app = id;
  // A token that has ended may still see what it was for.
  access.now_unix_s = not_before_unix_s(token_.own_caveats()).value_or(0);
  const auto caveats = token_.caveats();
  for (const ActionMask action : {kRead, kWrite, kCreate, kDelete, kControl}) {
    access.action = action;
    const bool open =
        std::all_of(caveats.begin(), caveats.end(), [&](const Caveat* caveat) { return leaves_open(*caveat, access); });
    if (open) return snapshot_.app_name(id);
  }
  return std::nullopt;
}

}  // namespace libtoken::authority
