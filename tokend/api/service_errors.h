#pragma once

#include "net/http.h"
#include "state/current_judge.h"
#include "libtoken/result.h"

namespace tokend {

// Answers that say what is wrong with the service itself. What exactly is for its log, not for strangers.

/// 503 `store_unavailable`
[[nodiscard]] Response store_unavailable_response();
/// 503 `store_unavailable`, for what was written and is not certain to count.
[[nodiscard]] Response not_judged_by_response();
/// 503 `clock`
[[nodiscard]] Response clock_response();
/// 503 `busy`
[[nodiscard]] Response busy_response();
/// 500 `internal`
[[nodiscard]] Response internal_response();
/// 503 `stale` or `store_unavailable`, for a look that found nothing to judge by.
[[nodiscard]] Response not_judging_response(const JudgeView::Sight& sight);

}  // namespace tokend
