#pragma once

#include <string>

#include "libtoken/caveat_set.h"
#include "output/outcome.h"

namespace tokenctl {

/// Appends the caveats in a file, or in stdin for "-": JSON, one caveat or a list. Failures: kUsage (not such JSON),
/// and those of read_input().
[[nodiscard]] Outcome<void> append_caveats_file(libtoken::CaveatSet& caveats, const std::string& path);

}  // namespace tokenctl
