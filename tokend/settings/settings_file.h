#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libtoken/result.h"

namespace tokend {

/// One `key = value` of a settings file: the value as text, and where it stands.
struct FileSetting {
  std::string value;
  std::size_t line = 0;
};

/// Reads the part of TOML that flat settings need: comments, bare keys, and values that are a basic or a literal
/// string, a boolean or a whole number. Tables, arrays, repeated keys and everything else that is not of this part are
/// errors that name the line: better none than half understood. Error: kMalformed.
[[nodiscard]] libtoken::Result<std::map<std::string, FileSetting>> parse_settings_file(std::string_view text);

/// A text as a TOML basic string, with its quotes.
[[nodiscard]] std::string quote_toml(std::string_view text);

}  // namespace tokend
