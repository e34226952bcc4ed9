#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "libtoken/result.h"

namespace tokend {

/// One `key = value` of a settings file.
struct FileSetting {
  std::string value;     ///< a boolean or a number as text; never with a NUL byte
  std::size_t line = 0;  ///< from 1
};

/// The content of a settings file, of which no more is read than parse_settings_file() takes. Error: kInvalidArgument
/// (it cannot be read, or is no regular file, which might never end), with a sentence.
[[nodiscard]] libtoken::Result<std::string> read_settings_file(const std::string& path);

/// Reads a TOML 1.0 file of flat settings: each value is a string, a boolean or a whole number. Error: kMalformed (not
/// TOML; a key twice; a table, or a value of another type), with a sentence that begins with the line.
[[nodiscard]] libtoken::Result<std::map<std::string, FileSetting>> parse_settings_file(std::string_view text);

/// A text as a TOML string in double quotes.
[[nodiscard]] std::string quote_toml(std::string_view text);

}  // namespace tokend
