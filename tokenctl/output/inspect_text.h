#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libtoken/inspect.h"
#include "output/layout.h"

namespace tokenctl {

using libtoken::InspectedPart;
using libtoken::InspectedToken;
using libtoken::Need;

/// What the parts of a bundle allow, laid out for people.
[[nodiscard]] std::string inspect_text(const std::vector<InspectedPart>& parts, std::int64_t now_unix_s,
                                       const TextWidth& width);

}  // namespace tokenctl
