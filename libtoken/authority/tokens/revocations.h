#pragma once

#include <cstdint>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/tokens/issued.h"
#include "authority/store/store.h"
#include "libtoken/token_id.h"

namespace libtoken::authority {

/// What a revocation came to.
struct Revoked {
  std::vector<TokenId> newly;    ///< revoked by this call: those asked for first, then what they made
  std::vector<TokenId> already;  ///< asked for, and revoked before
};

/// Revokes ids and, with each, every copy of the token and every token that was made with it, and with those. Whether an
/// id was issued here does not matter, and doing it again changes nothing. One transaction, with the audit's entries. It
/// counts wherever a Snapshot is loaded after this.
[[nodiscard]] Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor,
                                     std::int64_t now_unix_s);

/// The same for every token that the filter finds (its `expired` and `revoked` are not looked at: all are taken), of one
/// moment. None found is no error. Errors: kNotFound (org, app), kInvalidArgument (no name and no holder: a filter that
/// would take everything).
[[nodiscard]] Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor,
                                              std::int64_t now_unix_s);

}  // namespace libtoken::authority
