#pragma once

#include <string_view>

#include "authority/judge/judge.h"
#include "net/http.h"
#include "state/current_judge.h"
#include "state/usage_limits.h"

namespace tokend {

// Responses that refuse, beside those of net/http.h. The 503s say what is wrong with the service in a word; the details
// are for its log, not for clients.

/// 503 `store_unavailable`
[[nodiscard]] Response store_unavailable_response();
/// 507 `store_full`
[[nodiscard]] Response store_full_response();
/// 503 `store_unavailable`: what was asked may have been written, but may not count.
[[nodiscard]] Response not_judged_by_response();
/// 503 `clock`
[[nodiscard]] Response clock_response();
/// 503 `stale` or `store_unavailable`, for a reading without a judge.
[[nodiscard]] Response not_judging_response(const JudgeReader::Reading& reading);

/// 401 `missing_token`
[[nodiscard]] Response missing_token_response();
/// 401 with the reason's code: the token is no good, and a client may get a new one (RFC 6750 §3.1, `invalid_token`).
[[nodiscard]] Response invalid_token_response(const libtoken::authority::Reason& reason);
/// What answers a decision that refuses: 403 `not_allowed` with its reasons; or 401 `expired` or `not_yet_valid`, also
/// with all reasons, if one of the tokens would have been allowed it at another time.
[[nodiscard]] Response denial_response(const libtoken::authority::Decision& decision);
/// 429, with Retry-After. `rate_limited`: this was asked for too often; `too_many_tokens`: too many are live.
[[nodiscard]] Response rate_limited_response(const UsageLimits::Excess& excess);
[[nodiscard]] Response rate_limited_response(std::string_view message, std::int64_t retry_after_s);
[[nodiscard]] Response too_many_tokens_response(std::string_view message);
/// 404 `unknown`: there is no such thing, or it is another org's.
[[nodiscard]] Response unknown_response();

}  // namespace tokend
