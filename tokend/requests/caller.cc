#include "requests/caller.h"

#include <algorithm>

#include "authority/judge/reasons.h"
#include "requests/refusals.h"

namespace tokend {

using libtoken::authority::Judge;
using libtoken::authority::NameOrId;
using libtoken::authority::ReasonCode;

tl::expected<std::vector<CallerToken>, Response> find_caller_tokens(const Judge& judge, std::string_view authorization,
                                                                    libtoken::VerifierScratch& scratch) {
  const auto verification = judge.verify(authorization, scratch);
  std::vector<CallerToken> callers;
  for (const libtoken::VerifiedToken& token : verification.tokens) {
    const libtoken::TokenId id = token.id();
    if (!judge.snapshot().is_revoked(id)) callers.push_back({id, token.key_owner()});
  }
  if (!callers.empty()) return callers;
  if (verification.verified()) {
    return tl::unexpected(unauthorized_response(to_string(ReasonCode::kRevoked), "The token has been revoked."));
  }
  if (verification.refusals.empty()) {
    return tl::unexpected(
        unauthorized_response(to_string(ReasonCode::kWrongLocation), "None of the tokens is for this service."));
  }
  const auto reason = libtoken::authority::reason_of(verification.refusals.front(), authorization);
  return tl::unexpected(unauthorized_response(to_string(reason.code), reason.message));
}

tl::expected<std::uint64_t, Response> find_org(const libtoken::authority::Snapshot& snapshot,
                                               const std::vector<CallerToken>& callers,
                                               const std::optional<NameOrId>& named) {
  if (!named) {
    const std::uint64_t org = callers.front().org;
    const bool one_org =
        std::all_of(callers.begin(), callers.end(), [&](const CallerToken& caller) { return caller.org == org; });
    if (one_org) return org;
    return tl::unexpected(error_response(400, "missing_field",
                                         "org is missing: the tokens are of several orgs, so say which one is meant."));
  }
  for (const CallerToken& caller : callers) {
    const auto* wanted = std::get_if<std::string>(&*named);
    const bool is_it = wanted != nullptr ? snapshot.org_name_view(caller.org) == *wanted && !wanted->empty()
                                         : caller.org == std::get<std::uint64_t>(*named);
    if (is_it) return caller.org;
  }
  return tl::unexpected(unknown_response());
}

}  // namespace tokend
