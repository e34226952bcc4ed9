#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "authority/store/sql.h"
#include "authority/tokens/revocations.h"
#include "libtoken/token_id.h"

// The table `revocations`, for whoever is inside a transaction. All of these throw what SOCI throws.
namespace libtoken::authority {

/// Revokes these ids and all of their descendants. Error: kUnusableStore.
[[nodiscard]] Result<Revoked> insert_revocations(soci::session& sql, const std::vector<TokenId>& ids,
                                                 std::int64_t now_unix_s);
/// Whether this id was revoked.
[[nodiscard]] bool select_is_revoked(soci::session& sql, const TokenId& id);

/// The ids that were revoked with the numbers after `last` up to `newest` in the table `revocations_added`; nothing:
/// some of them are not kept any more. Error: kUnusableStore (a row is not a token's id).
[[nodiscard]] Result<std::optional<std::vector<TokenId>>> select_added_revocations(soci::session& sql, long long last,
                                                                                   long long newest);
/// Every revoked id. Error: kUnusableStore (a row is not a token's id).
[[nodiscard]] Result<std::vector<TokenId>> select_revocations(soci::session& sql);

}  // namespace libtoken::authority
