#pragma once

#include <string>
#include <vector>

#include "libtoken/token_id.h"
#include "output/outcome.h"
#include "service/service.h"

namespace tokenctl {

/// The ids of tokens that were written in full, or as their first eight or more digits, as lists show them. Failures:
/// kUsage (not an id; the beginning of several ids, which are named), kRefused (the beginning of none), and what the
/// service says.
[[nodiscard]] Outcome<std::vector<libtoken::TokenId>> find_ids(Service& service, const std::vector<std::string>& texts);

}  // namespace tokenctl
