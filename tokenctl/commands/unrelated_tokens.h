#pragma once

#include <string>

#include "libtoken/bundle.h"
#include "output/outcome.h"

namespace tokenctl {

/// Refuses (kRefused) a bundle with a token of another service than `location` that is not a discharge for one of its
/// tokens: narrowing the bundle would leave that token as it is.
[[nodiscard]] Outcome<Exit> refuse_unrelated_tokens(const libtoken::Bundle& bundle, const std::string& location);

}  // namespace tokenctl
