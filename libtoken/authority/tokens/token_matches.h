#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "authority/store/sql.h"
#include "authority/tokens/token_rows.h"
#include "libtoken/token_id.h"

namespace libtoken::authority {

/// The tokens of a match that have not ended, the oldest first.
struct LivingTokens {
  std::vector<TokenId> unrevoked;  ///< also those whose key was retired or is lost
  std::vector<TokenId> revoked;    ///< some of those that were revoked
  std::size_t revoked_left_out = 0;
};
/// Those that end at `ends_from_unix_s` or later, and at `ends_by_unix_s` at the latest if there is one; `most_revoked`
/// of the revoked ones at most. Of the match, org, app, apps, name, holder and profile count. Reads by the index that
/// has fewest rows, so that the work grows neither with other tokens nor with those that have ended long ago if an org
/// is given. Throws what SOCI throws. Error: kUnusableStore.
[[nodiscard]] Result<LivingTokens> select_living(soci::session& sql, const TokenMatch& match,
                                                 std::int64_t ends_from_unix_s,
                                                 const std::optional<std::int64_t>& ends_by_unix_s,
                                                 std::size_t most_revoked);

}  // namespace libtoken::authority
