#pragma once

#include <string_view>

#include "authority/judge/judge.h"
#include "net/http.h"
#include "state/current_judge.h"

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

/// 401
[[nodiscard]] Response unauthorized_response(std::string_view code, std::string_view message);
/// 403 with the reasons of a decision that refuses.
[[nodiscard]] Response denial_response(const libtoken::authority::Decision& decision);
/// 404 `unknown`: there is no such thing, or it is another org's.
[[nodiscard]] Response unknown_response();

}  // namespace tokend
