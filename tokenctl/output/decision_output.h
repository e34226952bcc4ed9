#pragma once

#include "authority/judge/judge.h"
#include "output/outcome.h"

namespace tokenctl {

/// Writes a decision to stdout: `allowed`, or `refused` and one line for each reason; or the same as JSON. `registry`
/// gives the name of the org and may be null.
[[nodiscard]] Exit answer_decision(const libtoken::authority::Decision& decision,
                                   const libtoken::authority::Snapshot* registry, bool signature_checked, bool json);

}  // namespace tokenctl
