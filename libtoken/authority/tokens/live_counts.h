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

/// Of a token that no other token made (`tokens.first_maker`).
struct MakerCounts {
  TokenCounts own;      ///< what it made itself
  TokenCounts further;  ///< what its descendants made
};

/// How many tokens an org has, and how many descend from a token that no other token made.
/// Triggers keep the numbers up to date as tokens are made, revoked and forgotten; what has ended since they were read
/// last is counted here, by an index. So it costs what changed, and not what there is; only the first time, and after a
/// key was retired, all of them are counted.
[[nodiscard]] TokenCounts count_of_org(soci::session& sql, std::uint64_t org, std::int64_t now_unix_s);
[[nodiscard]] MakerCounts count_of_first_maker(soci::session& sql, const std::string& first_maker,
                                               std::int64_t now_unix_s);

/// A token that makes another, and its first maker, which may be itself.
struct MakerAndFirst {
  std::string maker;
  std::string first_maker;
};
/// Checks that one more token fits into the limits. What a first maker makes itself has the limits of a token, and what
/// all its descendants make together has them once more: so no token gains room by making others, and none of them
/// takes the room of the first maker. `makers` is nothing where a person makes the token. Error: kLimit, with
/// `retry_after_s` where it is about a day.
[[nodiscard]] Result<void> check_limits(soci::session& sql, const MintLimits& limits, std::uint64_t org,
                                        const std::optional<MakerAndFirst>& makers, std::int64_t now_unix_s);

}  // namespace libtoken::authority
