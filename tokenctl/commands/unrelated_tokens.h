#pragma once

#include <string>

#include "libtoken/bundle.h"
#include "output/outcome.h"

namespace tokenctl {

/// Refuses a bundle in which narrowing the tokens for `location` would leave another one as wide as it was: a part for
/// another service that is no discharge of theirs.
[[nodiscard]] Outcome<Exit> refuse_strangers(const libtoken::Bundle& bundle, const std::string& location);

}  // namespace tokenctl
