#pragma once

#include <spdlog/logger.h>

#include "authority/judge/judge.h"
#include "net/peer.h"

namespace tokend {

/// One line about a refusal: the token's id if its signature was good, who asked, and the codes of the reasons.
void log_denial(spdlog::logger& log, const libtoken::authority::Decision& decision, const Peer& peer);

}  // namespace tokend
