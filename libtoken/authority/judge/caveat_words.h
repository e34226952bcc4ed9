#pragma once

#include <string>
#include <string_view>

#include "libtoken/access.h"
#include "libtoken/caveat.h"
#include "libtoken/clearing.h"
#include "libtoken/explain.h"

namespace libtoken::authority {

/// An access, and what of the registry may be said to whoever asked.
struct AskedAccess {
  const Access& access;
  std::string_view org_name;  ///< as the question gave it; "": it gave an id, or none
  std::string_view app_name;
  const NameSource* visible = nullptr;  ///< the names that the token's holder may see; null: none
};

/// Why a caveat did not clear, as the predicate of a sentence about it: what it allows, and what was asked. Everything
/// out of the token or the question is escaped.
[[nodiscard]] std::string verdict_words(const Caveat& caveat, Verdict verdict, const AskedAccess& asked);

}  // namespace libtoken::authority
