#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "authority/store/sql.h"
#include "libtoken/result.h"
#include "libtoken/token_id.h"

// Which tokens descend from others, for whoever is inside a transaction.
namespace libtoken::authority {

struct Descendant {
  TokenId id;
  std::size_t of = 0;  ///< an index into the tokens asked about: the nearest of them that it descends from
};

/// The tokens that descend from these, none of which must be among `tokens` twice, and that end at `ends_from_unix_s`
/// or later; tokens of `tokens` are not named themselves. Beyond some hundred, what has ended before is passed over
/// without being read, so that the work does not grow with what was ever made. Throws what SOCI throws. Error:
/// kUnusableStore.
[[nodiscard]] Result<std::vector<Descendant>> select_living_descendants(soci::session& sql,
                                                                        const std::vector<TokenId>& tokens,
                                                                        std::int64_t ends_from_unix_s);

}  // namespace libtoken::authority
