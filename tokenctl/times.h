#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libtoken/result.h"

namespace tokenctl {

/// The system's clock.
[[nodiscard]] std::int64_t now_unix_s();

/// `2026-11-23T21:30:00Z`, `…+01:00`, `….25Z` (RFC 3339 §5.6; a fraction is dropped), or `@1795555800`.
/// Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<std::int64_t> parse_time(std::string_view text);

/// When something made now is to end: `90m`, `48h`, `7d`, `2w`, a time as in parse_time(), or `never` (nothing).
/// Error: kInvalidArgument (neither; not in the future; past the year 9999).
[[nodiscard]] libtoken::Result<std::optional<std::int64_t>> parse_expiry(std::string_view text,
                                                                         std::int64_t now_unix_s);

/// How long to wait: `500ms`, `30s`, `5m`, `1h`; more than nothing, and a day at most. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// `2026-11-23T21:30:00Z`; outside the years 0 to 9999 `@SECONDS`.
[[nodiscard]] std::string to_rfc3339(std::int64_t unix_s);

/// `2026-11-23 21:30:00 UTC (in 2 days)`; outside the years 0 to 9999 `@SECONDS (far in the future)`.
[[nodiscard]] std::string describe_time(std::int64_t unix_s, std::int64_t now_unix_s);

/// `in 2 days`, `3 hours ago`, `now`: to the nearest unit of which there are some.
[[nodiscard]] std::string describe_distance(std::int64_t unix_s, std::int64_t now_unix_s);

}  // namespace tokenctl
