#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "libtoken/result.h"
#include "settings/options.h"

namespace tokend {

/// A setting's text, and where it comes from.
struct Value {
  std::string text;
  std::string source;  ///< "--listen", "TOKEND_LISTEN", "tokend.toml line 3, listen" or "default"
};

// Every error here is kInvalidArgument, and its sentence begins with the value's source.

/// The error for a value that is not allowed, and why.
[[nodiscard]] tl::unexpected<libtoken::Error> refuse(const Value& value, const std::string& why);
/// The error for a value that does not have the form it must have: `--drain: cannot read "x"; write EXPECTED`.
[[nodiscard]] tl::unexpected<libtoken::Error> cannot_read(const Value& value, const std::string& expected);

/// `true`, `false`, `1`, `0`.
[[nodiscard]] libtoken::Result<bool> parse_switch(const Value& value);
/// `500ms`, `10s`, `1m`; zero to an hour.
[[nodiscard]] libtoken::Result<std::chrono::milliseconds> parse_duration(const Value& value);
/// From 1 to a million.
[[nodiscard]] libtoken::Result<std::size_t> parse_count(const Value& value);
/// From 1 to a thousand million; or `none`, which is 0.
[[nodiscard]] libtoken::Result<std::size_t> parse_limit(const Value& value);
/// `64KiB`, `256MiB`, `1GiB`; 1 KiB to 1024 GiB, in bytes.
[[nodiscard]] libtoken::Result<std::size_t> parse_size(const Value& value);
[[nodiscard]] libtoken::Result<LogLevel> parse_log_level(const Value& value);

/// Splits a text at commas, and drops the spaces around each part.
[[nodiscard]] std::vector<std::string> split_list(const std::string& text);
[[nodiscard]] std::string join_list(const std::vector<std::string>& texts);

}  // namespace tokend
