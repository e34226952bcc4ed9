#include "api/caller.h"

#include <algorithm>

#include "authority/judge/decision_json.h"
#include "authority/judge/reasons.h"
#include "libtoken/json_text.h"

namespace tokend {

using libtoken::authority::Judge;
using libtoken::authority::NameOrId;
using libtoken::authority::Question;
using libtoken::authority::ReasonCode;

tl::expected<std::vector<Bearer>, Response> find_bearers(const Judge& judge, std::string_view authorization,
                                                         libtoken::VerifierScratch& scratch) {
  const auto verification = judge.verify(authorization, scratch);
  std::vector<Bearer> bearers;
  for (const libtoken::VerifiedToken& token : verification.tokens) {
    const libtoken::TokenId id = token.id();
    if (!judge.snapshot().is_revoked(id)) bearers.push_back({id, token.key_owner()});
  }
  if (!bearers.empty()) return bearers;
  if (verification.verified()) {
    return tl::unexpected(unauthorized_response(to_string(ReasonCode::kRevoked), "The token has been revoked."));
  }
  if (verification.refusals.empty()) {
    return tl::unexpected(
        unauthorized_response(to_string(ReasonCode::kWrongLocation), "None of the tokens is for this service."));
  }
  const auto reason = libtoken::authority::reason_of(verification.refusals.front());
  return tl::unexpected(unauthorized_response(to_string(reason.code), reason.message));
}

tl::expected<std::uint64_t, Response> find_org(const libtoken::authority::Snapshot& snapshot,
                                               const std::vector<Bearer>& bearers,
                                               const std::optional<NameOrId>& named) {
  if (!named) {
    const std::uint64_t org = bearers.front().org;
    const bool one_org =
        std::all_of(bearers.begin(), bearers.end(), [&](const Bearer& bearer) { return bearer.org == org; });
    if (one_org) return org;
    return tl::unexpected(error_response(400, "missing_field",
                                         "org is missing: the tokens are of several orgs, and which one is meant?"));
  }
  for (const Bearer& bearer : bearers) {
    const auto* name = std::get_if<std::string>(&*named);
    const bool is_it = name != nullptr ? snapshot.org_name_view(bearer.org) == *name && !name->empty()
                                       : bearer.org == std::get<std::uint64_t>(*named);
    if (is_it) return bearer.org;
  }
  return tl::unexpected(unknown_response());
}

Question about_org(const Errand& errand) {
  Question question;
  question.authorization = errand.authorization;
  question.org = errand.org;
  question.rest.action = errand.action;
  question.rest.feature = "tokens";
  return question;
}

Question about_app(const Errand& errand, std::uint64_t app) {
  Question question;
  question.authorization = errand.authorization;
  question.org = errand.org;
  question.app = app;
  question.rest.action = errand.action;
  question.rest.app_feature = "tokens";
  return question;
}

Response unknown_response() { return error_response(404, "unknown", "There is no such thing in the token's org."); }

Response denial_response(const libtoken::authority::Decision& decision) {
  Response response;
  response.status = 403;
  response.body = "{\"error\":{\"code\":\"not_allowed\",\"message\":";
  libtoken::append_json_string(decision.reasons.front().message, response.body);
  response.body += ",\"reasons\":";
  libtoken::authority::append_reasons(decision.reasons, response.body);
  response.body += "}}\n";
  return response;
}

Response unauthorized_response(std::string_view code, std::string_view message) {
  return error_response(401, code, message);
}

}  // namespace tokend
