#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/discharges.h"
#include "libtoken/inspect.h"
#include "output/output.h"

namespace tokenctl {

using libtoken::InspectedPart;
using libtoken::InspectedToken;
using libtoken::Need;

/// For people.
[[nodiscard]] std::string inspect_text(const std::vector<InspectedPart>& parts, std::int64_t now_unix_s);

}  // namespace tokenctl
