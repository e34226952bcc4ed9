#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "authority/store/sql.h"
#include "authority/tokens/issuer.h"

// The table `live_counts`, for whoever is inside a transaction. All of these throw what SOCI throws.
namespace libtoken::authority {

struct TokenCounts {
  std::size_t live = 0;
  std::size_t made_today = 0;  ///< in the day of `now_unix_s` (UTC), whatever has become of them
};

/// How many tokens an org has, and how many descend from a token that no other token made (`tokens.first_maker`).
/// Triggers keep the numbers up to date as tokens are made, revoked and forgotten; what has ended since they were read
/// last is counted here, by an index. So it costs what changed, and not what there is; only the first time, and after a
/// key was retired, all of them are counted.
[[nodiscard]] TokenCounts count_of_org(soci::session& sql, std::uint64_t org, std::int64_t now_unix_s);
[[nodiscard]] TokenCounts count_of_first_maker(soci::session& sql, const std::string& first_maker,
                                               std::int64_t now_unix_s);

/// Checks that one more token fits into the limits. The limits of a token are counted for its first maker alone: that
/// one's descendants are those of all others between, and more, and the limits of all are the same. `first_maker` is
/// nothing where a person makes the token. Error: kLimit, with `retry_after_s` where it is about a day.
[[nodiscard]] Result<void> check_limits(soci::session& sql, const MintLimits& limits, std::uint64_t org,
                                        const std::optional<std::string>& first_maker, std::int64_t now_unix_s);

}  // namespace libtoken::authority
