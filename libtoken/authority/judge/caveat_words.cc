#include "authority/judge/caveat_words.h"

#include <utility>
#include <variant>

#include "libtoken/text.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

// Caveats can list very much.
constexpr std::size_t kMostBytes = 400;

std::string letters(ActionMask mask) {
  std::string text = to_string(mask);
  return text.empty() ? "nothing" : text;
}

std::string shortened(std::string text) {
  if (text.size() <= kMostBytes) return text;
  std::size_t end = kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a code point
  text.resize(end);
  return text + "…";
}

std::string allowed_words(const Caveat& caveat, const AskedAccess& asked) {
  const std::string words = shortened(explain(caveat, asked.visible).adds);
  return (caveat.type == CaveatType::kOrganization ? "is good " : "allows ") + words;
}

// "app billing (1)"; by its id alone where the question did not name it, so that ids do not tell names.
std::string numbered(const char* what, std::string_view name, std::uint64_t id) {
  const std::string number = std::to_string(id);
  return what + (name.empty() ? number : escape_untrusted(name, 64) + " (" + number + ")");
}

// "w on app billing (1) and app feature tokens"
std::string asked_words(const AskedAccess& asked) {
  const Access& access = asked.access;
  const std::pair<const char*, const std::optional<std::string_view>*> texts[] = {
      {"feature ", &access.feature},         {"storage object ", &access.storage_object},
      {"app feature ", &access.app_feature}, {"machine ", &access.machine},
      {"volume ", &access.volume},           {"machine feature ", &access.machine_feature},
      {"cluster ", &access.cluster},         {"mutation ", &access.mutation}};
  std::string on;
  const auto add = [&](const std::string& one) { on += (on.empty() ? "" : ", ") + one; };
  if (access.app) add(numbered("app ", asked.app_name, *access.app));
  for (const auto& [what, text] : texts)
    if (*text) add(what + escape_untrusted(**text, 64));
  if (access.command) {
    std::string line;
    for (const std::string_view word : *access.command) line += (line.empty() ? "" : " ") + std::string(word);
    add("command " + escape_untrusted(line, 64));
  }
  if (on.empty() && access.org) add(numbered("org ", asked.org_name, *access.org));
  return letters(access.action) + (on.empty() ? "" : " on " + on);
}

// What a caveat of this type restricts.
const char* subject_of(CaveatType type) noexcept {
  switch (type) {
    case CaveatType::kOrganization: return "org";
    case CaveatType::kVolumes: return "volume";
    case CaveatType::kApps: return "app";
    case CaveatType::kFeatureSet: return "feature";
    case CaveatType::kMutations: return "mutation";
    case CaveatType::kMachines: return "machine";
    case CaveatType::kMachineFeatureSet: return "machine feature";
    case CaveatType::kClusters: return "cluster";
    case CaveatType::kCommands: return "command";
    case CaveatType::kAppFeatureSet: return "app feature";
    case CaveatType::kStorageObjects: return "storage object";
    case CaveatType::kValidityWindow:
    case CaveatType::kConfineUser:
    case CaveatType::kConfineOrganization:
    case CaveatType::kIsUser:
    case CaveatType::kThirdParty:
    case CaveatType::kBindToParentToken:
    case CaveatType::kIfPresent:
    case CaveatType::kFromMachineSource:
    case CaveatType::kConfineGoogleHD:
    case CaveatType::kConfineGitHubOrg:
    case CaveatType::kMaxValidity:
    case CaveatType::kIsMember:
    case CaveatType::kFlyioUserID:
    case CaveatType::kGitHubUserID:
    case CaveatType::kGoogleUserID:
    case CaveatType::kAction:
    case CaveatType::kAllowedRoles:
    case CaveatType::kFlySrc: break;
  }
  return "resource";
}

std::string action_words(const Caveat& caveat, const AskedAccess& asked) {
  const ActionMask* allowed = nullptr;
  if (const auto* organization = std::get_if<Organization>(&caveat.body)) allowed = &organization->mask;
  if (const auto* action = std::get_if<ActionCaveat>(&caveat.body)) allowed = &action->mask;
  if (allowed == nullptr) return allowed_words(caveat, asked) + "; asked: " + asked_words(asked);
  return allowed->bits == 0
             ? "allows nothing"
             : "allows only " + letters(*allowed) + ", and the access is " + letters(asked.access.action);
}

std::string role_words(const Caveat& caveat, const AskedAccess& asked) {
  const auto* roles = std::get_if<AllowedRoles>(&caveat.body);
  if (roles != nullptr && (roles->roles & kRoleMember) == 0) return allowed_words(caveat, asked);
  return "makes this a member's token, and an admin's is needed; asked: " + asked_words(asked);
}

std::string unauthorized_words(const Caveat& caveat, const AskedAccess& asked) {
  if (const auto* window = std::get_if<ValidityWindow>(&caveat.body)) {
    if (asked.access.now_unix_s > window->not_after_unix_s)
      return "ended the token at " + to_rfc3339(window->not_after_unix_s);
    if (asked.access.now_unix_s < window->not_before_unix_s)
      return "lets the token begin at " + to_rfc3339(window->not_before_unix_s);
    return "has an end that is too far away to count";
  }
  if (caveat.type == CaveatType::kIfPresent) return "does not allow it at this time or from there";
  return "allows requests " + shortened(explain(caveat, asked.visible).adds);
}

}  // namespace

std::string verdict_words(const Caveat& caveat, Verdict verdict, const AskedAccess& asked) {
  switch (verdict) {
    case Verdict::kOk: break;  // there is no reason for a caveat that cleared
    case Verdict::kUnspecified:
      return allowed_words(caveat, asked) + ", and the access names no " + subject_of(caveat.type);
    case Verdict::kResource: return allowed_words(caveat, asked) + "; asked: " + asked_words(asked);
    case Verdict::kAction: return action_words(caveat, asked);
    case Verdict::kRole: return role_words(caveat, asked);
    case Verdict::kUnauthorized: return unauthorized_words(caveat, asked);
    case Verdict::kInvalidAccess: return "cannot be judged under this access";
    case Verdict::kBadCaveat:
      return std::holds_alternative<UnknownCaveat>(caveat.body) ? "is of a type that this service does not know"
                                                                : "contradicts itself, and allows nothing";
  }
  return "does not allow the access";
}

}  // namespace libtoken::authority
