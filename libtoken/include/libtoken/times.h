#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libtoken/result.h"

// Times as people and programs write them. Nothing here looks at a clock.
namespace libtoken {

/// `2026-11-23T21:30:00Z`, `…+01:00`, `….25Z` (RFC 3339 §5.6; a fraction is dropped), or `@1795555800`.
/// Error: kInvalidArgument.
[[nodiscard]] Result<std::int64_t> parse_time(std::string_view text);

/// When something made now is to end: a span (`90m`, `48h`, `8h30m`, `2 days`, `2w`, `1y`, which is 365 days), a day
/// (`2026-12-31`: its last second in UTC), a time as in parse_time(), or `never` (nothing).
/// Error: kInvalidArgument (neither; not in the future; past the year 9999).
[[nodiscard]] Result<std::optional<std::int64_t>> parse_expiry(std::string_view text, std::int64_t now_unix_s);

/// The time that a span before now began, the beginning of a day in UTC, or a time; written as for parse_expiry().
/// Error: kInvalidArgument (neither; before the year 0).
[[nodiscard]] Result<std::int64_t> parse_since(std::string_view text, std::int64_t now_unix_s);

/// Any time as it may be given for an expiry, past ones too: a span from now on (`2 days`), the end of a day in UTC, or
/// a time. Error: kInvalidArgument (neither; not in the years 0 to 9999).
[[nodiscard]] Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now_unix_s);

/// Seconds in the unit that a letter stands for (`s`, `m`, `h`, `d`, `w`, `y`); 0 for any other.
[[nodiscard]] std::int64_t seconds_in_unit(char letter) noexcept;

/// `2026-11-23T21:30:00Z`; outside the years 0 to 9999 `@SECONDS`.
[[nodiscard]] std::string to_rfc3339(std::int64_t unix_s);

}  // namespace libtoken
