#pragma once

#include <string_view>

#include "output/output.h"

namespace tokenctl {

/// Whether to go on with what cannot be taken back: `yes`, or the answer of whoever sits at the terminal. Without
/// either it is a usage failure; a no is a refusal.
[[nodiscard]] Outcome<void> ask_consent(std::string_view question, bool yes);

}  // namespace tokenctl
