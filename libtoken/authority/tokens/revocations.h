#pragma once

#include <cstdint>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/store/store.h"
#include "authority/tokens/issued.h"
#include "libtoken/token_id.h"

namespace libtoken::authority {

/// The result of revoking tokens.
struct Revoked {
  std::vector<TokenId> newly;    ///< revoked by this call: first those that were asked for, then their descendants
  std::vector<TokenId> already;  ///< asked for, but revoked before
};

/// Revokes the tokens with these ids, which ends every copy of them, and all of their descendants: the tokens that were
/// made with them, and so on. Ids without a record are revoked too. Revoking an id again changes nothing. One
/// transaction, with an audit entry for each id. The revocations count in every Snapshot that is loaded later.
[[nodiscard]] Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor,
                                     std::int64_t now_unix_s);

/// The same for every token that the filter finds, in one transaction. Expired and revoked ones are always included,
/// whatever the filter's `expired` and `revoked` say. Finding none is not an error. Errors: kNotFound (org, app),
/// kInvalidArgument (the filter has neither a name nor a holder, so that it would revoke everything).
[[nodiscard]] Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor,
                                              std::int64_t now_unix_s);

}  // namespace libtoken::authority
