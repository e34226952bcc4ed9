#pragma once

#include "libtoken/access.h"
#include "libtoken/clearing.h"
#include "plain_caveat.h"

namespace property_test {

// FORMAT.md §6 and §7 written a second time, from the text alone and for clarity only. What the library decides is
// compared with this, so none of it may call the library's own clear(), all_clear() or find_problem().

/// What a caveat says of an access (§7).
[[nodiscard]] libtoken::Verdict verdict_by_rules(const PlainCaveat& caveat, const libtoken::Access& access);

/// Whether an access is valid (§6).
[[nodiscard]] bool is_valid_by_rules(const libtoken::Access& access);

/// Whether a token with these caveats allows the access (§6): it is valid, and every caveat clears.
[[nodiscard]] bool allowed_by_rules(const PlainCaveats& caveats, const libtoken::Access& access);

}  // namespace property_test
