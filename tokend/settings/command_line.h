#pragma once

#include <map>
#include <optional>
#include <string>

#include "libtoken/result.h"

namespace tokend {

/// What was written behind the program's name.
struct CommandLine {
  std::map<std::string, std::string> flags;  ///< of the settings, by their keys; several --listen with commas between
  std::optional<std::string> config;         ///< --config
  bool check_config = false;
  std::string text;  ///< to be printed instead of running (`--help`, `--version`), if it is not empty
};

/// Error: kInvalidArgument (an unknown flag, a value that is missing); its sentence names the flag.
[[nodiscard]] libtoken::Result<CommandLine> parse_command_line(int argc, const char* const* argv);

}  // namespace tokend
