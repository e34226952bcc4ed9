#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/revocation/revoked.h"
#include "authority/store/store.h"
#include "authority/tokens/issued.h"
#include "libtoken/token_id.h"

namespace libtoken::authority {

/// How many tokens that had been revoked before are named where a filter has found them.
inline constexpr std::size_t kMostAlready = 100;

/// What to do with ids that are in no record: the tokens may exist all the same, or the ids were mistyped.
enum class Unrecorded : std::uint8_t { kRevoke, kLeave };

struct RevokeOptions {
  Unrecorded unrecorded = Unrecorded::kRevoke;
  std::uint64_t org_if_unrecorded = 0;     ///< the org of ids without a record, for the audit, if it is known
  RevocationProgress* progress = nullptr;  ///< must stay valid meanwhile
};

/// Revokes the tokens with these ids, which ends every copy of them, and all of their descendants that have not ended:
/// the tokens that were made with them, and so on. Revoking an id again changes nothing. One transaction, with an audit
/// entry for each id, which says how many descendants ended with it. The revocations count in every Snapshot that is
/// loaded later.
[[nodiscard]] Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor,
                                     std::int64_t now_unix_s, const RevokeOptions& options = {});

/// When a token was revoked; nothing: it was not.
[[nodiscard]] Result<std::optional<std::int64_t>> revoked_at(Store& store, const TokenId& id);

/// A token that its holder presented, and the org whose key signed it.
struct PresentedToken {
  TokenId id;
  std::uint64_t org = 0;
  bool has_ended = false;  ///< the copy that was presented has
};
/// Revokes tokens because whoever holds them asks for it, with their descendants. In the audit each of them is its own
/// actor, and the detail begins with "self". A token without a record whose copy has ended is left as it is, and is
/// among the `unknown`: mostly its record was pruned, and its revocation would stay for good. `peer`: the address that
/// the request came from.
[[nodiscard]] Result<Revoked> revoke_presented(Store& store, const std::vector<PresentedToken>& tokens,
                                               const std::string& peer, std::int64_t now_unix_s);

/// The same for every token that the filter finds and that has not ended, in one transaction, with an audit entry for
/// each of them. The filter's `expired` and `revoked` are ignored. Finding none is not an error. Errors: kNotFound
/// (org, app), kInvalidArgument (the filter has neither a name nor a holder, so that it would revoke everything).
[[nodiscard]] Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor,
                                              std::int64_t now_unix_s, RevocationProgress* progress = nullptr);

}  // namespace libtoken::authority
