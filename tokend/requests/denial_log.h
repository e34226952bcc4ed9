#pragma once

#include <spdlog/logger.h>

#include "authority/judge/judge.h"
#include "net/peer.h"

namespace tokend {

/// Logs one line about a decision that refuses: the token's id if its signature was good, the client's address, and the
/// codes of the reasons.
void log_denial(spdlog::logger& log, const libtoken::authority::Decision& decision, const Peer& peer);

}  // namespace tokend
