#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "libtoken/result.h"
#include "libtoken/times.h"

namespace tokenctl {

/// The system's clock.
[[nodiscard]] std::int64_t now_unix_s();

using libtoken::parse_expiry;
using libtoken::parse_since;
using libtoken::parse_time;
using libtoken::to_rfc3339;

/// How long to wait: `500ms`, `30s`, `5m`, `1h`; more than nothing, and a day at most. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// `2026-11-23 21:30:00 UTC (in 2 days)`; outside the years 0 to 9999 `@SECONDS (far in the future)`.
[[nodiscard]] std::string describe_time(std::int64_t unix_s, std::int64_t now_unix_s);

/// `in 2 days`, `3 hours ago`, `now`: to the nearest unit of which there are some.
[[nodiscard]] std::string describe_distance(std::int64_t unix_s, std::int64_t now_unix_s);

}  // namespace tokenctl
