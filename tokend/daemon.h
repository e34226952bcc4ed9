#pragma once

#include <signal.h>

#include "settings/options.h"

namespace tokend {

/// Runs the daemon until it is told to stop by SIGTERM or SIGINT; SIGHUP has it read the options again, with the
/// same command line. `signals` are blocked in every thread. Error: that of Service::open().
[[nodiscard]] libtoken::Result<void> run_daemon(const Options& options, const CommandLine& command_line,
                                                const sigset_t& signals);

}  // namespace tokend
