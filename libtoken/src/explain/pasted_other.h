#pragma once

#include <optional>
#include <string_view>

#include "libtoken/pasted.h"

namespace libtoken {

/// Which other system's token a text is or has in it. `plain`: the same text with its encodings undone (pasted_text.h).
[[nodiscard]] std::optional<PastedOther> find_other(std::string_view text, std::string_view plain);

}  // namespace libtoken
