#pragma once

#include <tl/expected.hpp>

#include "command_line/commands.h"
#include "output/outcome.h"

namespace tokenctl {

struct Invocation {
  Globals globals;
  Command command;
};

/// Reads the command line. If it asks for help or is wrong, that has been answered already, and the error is the exit
/// status of the program.
[[nodiscard]] tl::expected<Invocation, Exit> parse_command_line(int argc, const char* const* argv);

}  // namespace tokenctl
