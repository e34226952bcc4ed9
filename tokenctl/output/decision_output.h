#pragma once

#include "authority/judge/judge.h"
#include "output/outcome.h"

namespace tokenctl {

/// Answers with a decision: `allowed`, or `refused` and its reasons one a line; or the same as JSON. `registry` gives
/// the org its name and may be null.
[[nodiscard]] Exit answer_decision(const libtoken::authority::Decision& decision,
                                   const libtoken::authority::Snapshot* registry, bool signature_checked, bool json);

}  // namespace tokenctl
