#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/registry/registry.h"
#include "output/outcome.h"

namespace tokenctl {

/// Writes a decision to stdout: `allowed`, or `refused` and one line for each reason; or the same as JSON. `registry`
/// gives the name of the org and may be null. `not_known`: what could not be judged, in JSON alone.
[[nodiscard]] Exit answer_decision(const libtoken::authority::Decision& decision,
                                   const libtoken::authority::Snapshot* registry, bool signature_checked, bool json,
                                   const std::vector<std::string>& not_known = {});

/// If the access was denied because there is no such org or app: says which names are near.
void remark_near_names(const libtoken::authority::Decision& decision,
                       const std::optional<libtoken::authority::NameOrId>& org,
                       const std::optional<libtoken::authority::NameOrId>& app,
                       const libtoken::authority::Snapshot& registry);

}  // namespace tokenctl
