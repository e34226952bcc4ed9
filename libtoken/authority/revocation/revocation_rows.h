#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "authority/revocation/revoked.h"
#include "authority/store/sql.h"
#include "libtoken/token_id.h"

// The table `revocations`, for whoever is inside a transaction. All of these throw what SOCI throws.
namespace libtoken::authority {

/// What insert_revocations() did.
struct InsertedRevocations {
  Revoked revoked;
  /// How many descendants ended with each of the tokens asked for that are in `revoked.newly`, where these come first.
  /// What descends from several of them counts for the nearest.
  std::vector<std::size_t> descendants;
};
/// The time from which on a token's end makes it one that may still be allowed: some daemon's clock may be behind.
[[nodiscard]] std::int64_t living_ends_from(std::int64_t now_unix_s) noexcept;
/// Revokes these ids, and those of their descendants that have not ended (living_ends_from()): what has ended is never
/// allowed again, so it needs no row. Descendants of what was revoked before were revoked with it, and are not looked
/// for. `progress`: nothing, or where to count. Error: kUnusableStore.
[[nodiscard]] Result<InsertedRevocations> insert_revocations(soci::session& sql, const std::vector<TokenId>& ids,
                                                             std::int64_t now_unix_s,
                                                             RevocationProgress* progress = nullptr);
/// Whether this id was revoked.
[[nodiscard]] bool select_is_revoked(soci::session& sql, const TokenId& id);

/// The ids that were revoked with the numbers after `last` up to `newest` in the table `revocations_added`; nothing:
/// some of them are not kept any more. Error: kUnusableStore (a row is not a token's id).
[[nodiscard]] Result<std::optional<std::vector<TokenId>>> select_added_revocations(soci::session& sql, long long last,
                                                                                   long long newest);
/// Every revoked id. Error: kUnusableStore (a row is not a token's id).
[[nodiscard]] Result<std::vector<TokenId>> select_revocations(soci::session& sql);

}  // namespace libtoken::authority
