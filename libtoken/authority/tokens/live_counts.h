#pragma once

#include <cstddef>
#include <cstdint>

#include "authority/store/sql.h"
#include "authority/tokens/issuer.h"

// The table `live_counts`, for whoever is inside a transaction. All of these throw what SOCI throws.
namespace libtoken::authority {

/// How many live tokens an org has, or were made with a token. Triggers keep the number up to date as tokens are made,
/// revoked and forgotten; what has ended since the number was read last is counted here, by an index. So it costs what
/// changed, and not what there is; only the first time, and after a key was retired, all of them are counted.
[[nodiscard]] std::size_t count_live_of_org(soci::session& sql, std::uint64_t org, std::int64_t now_unix_s);
[[nodiscard]] std::size_t count_live_of_maker(soci::session& sql, const TokenId& maker, std::int64_t now_unix_s);

/// Checks that one more token fits into the limits. Error: kLimit.
[[nodiscard]] Result<void> check_live_limits(soci::session& sql, const LiveLimits& limits, std::uint64_t org,
                                             const TokenId* maker, std::int64_t now_unix_s);

}  // namespace libtoken::authority
