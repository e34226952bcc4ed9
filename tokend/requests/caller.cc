#include "requests/caller.h"

#include <algorithm>

#include "authority/judge/reasons.h"
#include "authority/judge/refusal_reasons.h"
#include "authority/judge/signed_tokens.h"
#include "libtoken/clearing.h"
#include "requests/refusals.h"

namespace tokend {

using libtoken::authority::Judge;
using libtoken::authority::NameOrId;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;

GoodEnough good_enough_for(const RequiredAccess& access) noexcept {
  switch (access.to) {
    case RequiredAccess::To::kNothing: return GoodEnough::kVerified;
    case RequiredAccess::To::kItself: return GoodEnough::kSigned;
    case RequiredAccess::To::kOrg:
    case RequiredAccess::To::kOrgOrApp:
    case RequiredAccess::To::kOrgOrItsApps:
    case RequiredAccess::To::kAppElseOrg:
    case RequiredAccess::To::kOrgOrTokensApp: break;
  }
  return GoodEnough::kLive;
}

tl::expected<std::vector<CallerToken>, Reason> find_caller_tokens(const Judge& judge, std::string_view authorization,
                                                                  GoodEnough enough, std::int64_t judging_at_unix_s,
                                                                  libtoken::VerifierScratch& scratch) {
  const auto& snapshot = judge.snapshot();
  std::vector<CallerToken> callers;
  if (enough == GoodEnough::kSigned) {
    for (const auto& token : tokens_signed_here(snapshot, authorization, scratch)) {
      const bool has_ended = token.not_after_unix_s && *token.not_after_unix_s < judging_at_unix_s;
      callers.push_back({token.id, token.org, has_ended});
    }
    if (!callers.empty()) return callers;
  }
  const auto verification = judge.verify(authorization, scratch);
  std::optional<Reason> first;
  for (const libtoken::VerifiedToken& token : verification.tokens) {
    const libtoken::TokenId id = token.id();
    if (enough == GoodEnough::kLive && snapshot.is_revoked(id)) continue;
    const auto fault = find_time_fault(token.caveats(), judging_at_unix_s);
    if (!fault || enough != GoodEnough::kLive) {
      callers.push_back({id, token.key_owner()});
    } else if (!first) {
      first = libtoken::authority::time_reason(token, *fault);
    }
  }
  if (!callers.empty()) return callers;
  if (first) return tl::unexpected(std::move(*first));
  if (verification.verified()) {
    return tl::unexpected(libtoken::authority::reason_about_all(ReasonCode::kRevoked, "The token has been revoked."));
  }
  if (verification.refusals.empty()) {
    return tl::unexpected(
        libtoken::authority::reason_about_all(ReasonCode::kWrongLocation, "None of the tokens is for this service."));
  }
  libtoken::authority::RefusalReasons refused(snapshot, authorization);
  return tl::unexpected(refused.reason_of(verification.refusals.front()));
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
