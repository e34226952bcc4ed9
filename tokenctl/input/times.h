#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "libtoken/result.h"
#include "libtoken/times.h"

namespace tokenctl {

/// The system's clock, in seconds since 1970.
[[nodiscard]] std::int64_t now_unix_s();

using libtoken::parse_expiry;
using libtoken::parse_moment;
using libtoken::parse_since;
using libtoken::parse_time;

/// How long to wait: `500ms`, `30s`, `5m`, `1h`; more than nothing and at most a day. Error: kInvalidArgument.
[[nodiscard]] libtoken::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace tokenctl
