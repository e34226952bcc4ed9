#pragma once

#include <signal.h>

namespace tokend {

/// Keys and tokens are in memory: the process leaves no core file, and no debugger of the same user attaches to it.
void forbid_core_dumps();

/// Blocks SIGTERM, SIGINT and SIGHUP in this thread and all that it starts, so that sigwait() gets them, and ignores
/// SIGPIPE. Returns the blocked ones.
[[nodiscard]] sigset_t block_signals();

}  // namespace tokend
