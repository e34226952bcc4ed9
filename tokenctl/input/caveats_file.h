#pragma once

#include <string>

#include "libtoken/caveat_set.h"
#include "output/outcome.h"

namespace tokenctl {

/// Appends what a file, or stdin for "-", says in JSON: one caveat or a list of them.
[[nodiscard]] Outcome<void> append_caveats_file(libtoken::CaveatSet& caveats, const std::string& path);

}  // namespace tokenctl
