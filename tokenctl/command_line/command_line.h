#pragma once

#include <tl/expected.hpp>

#include "command_line/commands.h"
#include "output/outcome.h"

namespace tokenctl {

struct Invocation {
  Globals globals;
  Command command;
};

/// What the command line says. If there is nothing left to do, because help was asked for or the command line makes no
/// sense, it has said so, and the error is the status to end with.
[[nodiscard]] tl::expected<Invocation, Exit> parse_command_line(int argc, const char* const* argv);

}  // namespace tokenctl
