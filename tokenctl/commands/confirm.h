#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "authority/store/store.h"
#include "authority/tokens/issued.h"
#include "output/outcome.h"

namespace tokenctl {

/// Asks on the terminal whether to go on with what cannot be undone; `yes` answers for it. Failures: kUsage (there
/// is no terminal and no `yes`), kRefused (the answer is not yes).
[[nodiscard]] Outcome<void> confirm(std::string_view question, bool yes);

/// Lists the live tokens that are deleted with `what`, and asks as above. The result is how many tokens there are.
[[nodiscard]] Outcome<std::size_t> confirm_deletion(libtoken::authority::Store& store,
                                                    const libtoken::authority::TokenFilter& filter,
                                                    const std::string& what, bool yes);

}  // namespace tokenctl
