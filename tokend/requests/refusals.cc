#include "requests/refusals.h"

#include <algorithm>
#include <vector>

#include "authority/judge/decision_json.h"
#include "libtoken/json_text.h"

namespace tokend {

using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;

namespace {

/// An error with a reason's message and time, and with all reasons if they are given.
Response error_about(const Reason& reason, int status, std::string_view code, const std::vector<Reason>* all) {
  Response response;
  response.status = status;
  if (status == 401) response.challenge = "Bearer error=\"invalid_token\"";
  response.body = "{\"error\":{\"code\":";
  libtoken::append_json_string(code, response.body);
  response.body += ",\"message\":";
  libtoken::append_json_string(reason.message, response.body);
  libtoken::authority::append_time(reason, response.body);
  if (all != nullptr) {
    response.body += ",\"reasons\":";
    libtoken::authority::append_reasons(*all, response.body);
  }
  response.body += "}}\n";
  return response;
}

}  // namespace

Response store_unavailable_response() {
  return error_response(503, "store_unavailable",
                        "The token store cannot be read or written just now; the daemon's log says why.");
}

Response store_full_response() {
  return error_response(
      507, "store_full",
      "The disk of the token store is full, so that nothing was written; tokens are still judged, and "
      "can be revoked.");
}

Response not_judged_by_response() {
  return error_response(503, "store_unavailable",
                        "It may have been written, but the token store could not be read again or was replaced, so "
                        "that it may not count: ask again.");
}

Response clock_response() {
  return error_response(503, "clock",
                        "The daemon's clock is behind its store's newest record, or behind what it said before, and "
                        "cannot be trusted.");
}

Response not_judging_response(const JudgeReader::Reading& reading) {
  if (!reading.stale) return store_unavailable_response();
  return error_response(503, "stale",
                        "The token store could not be read for a while, and what was revoked since is not known.");
}

Response missing_token_response() {
  Response response = error_response(401, "missing_token", "There is no token in the Authorization header.");
  response.challenge = "Bearer";
  return response;
}

Response invalid_token_response(const Reason& reason) {
  return error_about(reason, 401, to_string(reason.code), nullptr);
}

Response denial_response(const libtoken::authority::Decision& decision) {
  const auto& reasons = decision.reasons;
  const auto timely = std::find_if(reasons.begin(), reasons.end(), [](const Reason& reason) {
    return reason.code == ReasonCode::kExpired || reason.code == ReasonCode::kNotYetValid;
  });
  if (timely != reasons.end()) return error_about(*timely, 401, to_string(timely->code), &reasons);
  return error_about(reasons.front(), 403, "not_allowed", &reasons);
}

namespace {

const char* subject_of(UsageLimits::Whose whose) {
  switch (whose) {
    case UsageLimits::Whose::kOrg: return "The token's org has";
    case UsageLimits::Whose::kFirstMaker:
    case UsageLimits::Whose::kDescendant: return "The token has";
    case UsageLimits::Whose::kDescendants: return "The token, with all that descends from the same first token, has";
  }
  return "";
}

}  // namespace

Response rate_limited_response(const UsageLimits::Excess& excess) {
  return rate_limited_response(std::string(subject_of(excess.whose)) +
                                   " asked for this as often as it may within a minute; there is room again in " +
                                   std::to_string(excess.wait.count()) + " s.",
                               excess.wait.count());
}

Response rate_limited_response(std::string_view message, std::int64_t retry_after_s) {
  Response response = error_response(429, "rate_limited", message);
  response.retry_after_s = static_cast<int>(retry_after_s);
  return response;
}

Response too_many_tokens_response(std::string_view message) {
  constexpr int kRetryAfter = 60;  // when one of them ends is not looked up
  Response response = error_response(429, "too_many_tokens", message);
  response.retry_after_s = kRetryAfter;
  return response;
}

Response unknown_response() { return error_response(404, "unknown", "There is no such thing in the token's org."); }

}  // namespace tokend
