#include <algorithm>
#include <optional>

#include "authority/judge/allows.h"
#include "authority/judge/judge.h"
#include "libtoken/clearing.h"

namespace libtoken::authority {
namespace {

// Whether the caveat's verdict depends on the app of the access; if so, which apps it names. To all that it does not
// name it says the same.
bool add_named_apps(const Caveat& caveat, std::vector<std::uint64_t>& apps) {
  if (const auto* named = std::get_if<Apps>(&caveat.body)) {
    for (const IdEntry& entry : named->apps) apps.push_back(entry.id);
    return true;
  }
  const auto* if_present = std::get_if<IfPresent>(&caveat.body);
  if (if_present == nullptr) return false;
  bool depends = false;
  for (const Caveat& inner : if_present->ifs) depends = add_named_apps(inner, apps) || depends;
  return depends;
}

void sort_unique(std::vector<std::uint64_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

// An id that none of these is; they are sorted.
std::uint64_t id_beside(const std::vector<std::uint64_t>& ids) {
  std::uint64_t id = 1;
  for (const std::uint64_t taken : ids)
    if (taken == id) ++id;
  return id;
}

}  // namespace

Result<AllowedApps> Judge::allowed_apps(const Question& question, std::uint64_t org, std::int64_t now_unix_s,
                                        VerifierScratch& scratch) const {
  const auto judging_at = judging_time(now_unix_s);
  if (!judging_at) return tl::unexpected(judging_at.error());
  AllowedApps allowed;
  const Verification verification = verifier_.verify(question.authorization, scratch);
  Access access = question.rest;
  access.now_unix_s = *judging_at;
  access.org = org;
  if (access.action == kNoAction) return allowed;

  const auto take = [&](const VerifiedToken& token, std::uint64_t app) {
    if (allowed.apps.empty()) allowed.token = token.id();
    allowed.apps.push_back(app);
  };
  const auto is_of_org = [&](std::uint64_t app) {
    const auto entry = snapshot_->app(app);
    return entry && entry->org == org;
  };
  // Once a token allows whatever it does not name, only these are left to ask the others about.
  std::optional<std::vector<std::uint64_t>> left;
  std::vector<std::uint64_t> named;
  for (const VerifiedToken& token : verification.tokens) {
    if (snapshot_->is_revoked(token.id())) continue;
    named.clear();
    bool open = true;
    for (const Caveat* caveat : token.caveats()) {
      access.app = 1;  // any: it makes no difference to this caveat
      open = open && (add_named_apps(*caveat, named) || clear(*caveat, access) == Verdict::kOk);
    }
    if (!open) continue;
    sort_unique(named);
    if (left) {
      std::erase_if(*left, [&](std::uint64_t app) {
        access.app = app;
        if (!allows(token, access)) return false;
        take(token, app);
        return true;
      });
      continue;
    }
    std::vector<std::uint64_t> refused;
    for (const std::uint64_t app : named) {
      if (!is_of_org(app)) continue;
      access.app = app;
      if (allows(token, access)) {
        take(token, app);
      } else {
        refused.push_back(app);
      }
    }
    access.app = id_beside(named);
    if (!allows(token, access)) continue;
    for (const std::uint64_t app : snapshot_->apps_of(org)) {
      if (!std::binary_search(named.begin(), named.end(), app)) take(token, app);
    }
    sort_unique(allowed.apps);
    std::erase_if(refused,
                  [&](std::uint64_t app) { return std::binary_search(allowed.apps.begin(), allowed.apps.end(), app); });
    left = std::move(refused);
  }
  sort_unique(allowed.apps);
  return allowed;
}

}  // namespace libtoken::authority
