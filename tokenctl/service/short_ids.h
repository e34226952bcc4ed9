#pragma once

#include <string>

#include "libtoken/token_id.h"
#include "output/outcome.h"
#include "service/service.h"

namespace tokenctl {

/// The id of a token that was written in full, or as its first eight or more digits, as lists show them. Failures:
/// kUsage (not an id; the beginning of several ids, which are named), kRefused (the beginning of none), and what the
/// service says.
[[nodiscard]] Outcome<libtoken::TokenId> find_id(Service& service, const std::string& text);

}  // namespace tokenctl
