#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "libtoken/result.h"
#include "settings/options.h"

namespace tokend {

/// A setting's text, and where it was said.
struct Value {
  std::string text;
  std::string source;  ///< "--listen", "TOKEND_LISTEN", "tokend.toml line 3", "default"
};

/// The error for a value that will not do: its source, and why. Always kInvalidArgument.
[[nodiscard]] tl::unexpected<libtoken::Error> refuse(const Value& value, const std::string& why);

/// `true`, `false`, `1`, `0`.
[[nodiscard]] libtoken::Result<bool> parse_switch(const Value& value);
/// `500ms`, `10s`, `1m`; an hour at most.
[[nodiscard]] libtoken::Result<std::chrono::milliseconds> parse_duration(const Value& value);
/// From 1 to a million.
[[nodiscard]] libtoken::Result<std::size_t> parse_count(const Value& value);
/// `64KiB`, `256MiB`, `1GiB`.
[[nodiscard]] libtoken::Result<std::size_t> parse_size(const Value& value);
[[nodiscard]] libtoken::Result<LogLevel> parse_log_level(const Value& value);

/// Texts with commas between them; blanks around them do not count.
[[nodiscard]] std::vector<std::string> split_list(const std::string& text);
[[nodiscard]] std::string join_list(const std::vector<std::string>& texts);

}  // namespace tokend
