#pragma once

#include <cstdint>
#include <string>

#include "libtoken/times.h"

namespace tokenctl {

using libtoken::to_rfc3339;

/// `2026-11-23 21:30:00 UTC (in 2 days)`; outside the years 0 to 9999 `@SECONDS (far in the future)`.
[[nodiscard]] std::string describe_time(std::int64_t unix_s, std::int64_t now_unix_s);

/// `in 2 days`, `in 1 h 30 min`, `3 hours ago`, `now`: in the largest unit and the next smaller one, to which it is
/// rounded; seconds only below ten minutes. A year has 365 days, as in parse_expiry().
[[nodiscard]] std::string describe_distance(std::int64_t unix_s, std::int64_t now_unix_s);

}  // namespace tokenctl
