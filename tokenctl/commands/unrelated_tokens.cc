#include "commands/unrelated_tokens.h"

#include "libtoken/text.h"

namespace tokenctl {

Outcome<Exit> refuse_unrelated_tokens(const libtoken::Bundle& bundle, const std::string& location) {
  const auto& parts = bundle.parts();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i] || parts[i]->location() == location || parts[i]->nonce().proof) continue;
    if (is_discharge_in(bundle, i, location)) continue;
    return fail(Exit::kRefused, "token " + std::to_string(i + 1) + " of the bundle is for " +
                                    libtoken::escape_untrusted(parts[i]->location(), 200) +
                                    " and would not be narrowed: remove it, or narrow it separately");
  }
  return Exit::kDone;
}

}  // namespace tokenctl
