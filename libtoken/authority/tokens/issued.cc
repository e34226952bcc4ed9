#include "authority/tokens/issued.h"

#include <utility>

#include "authority/store/store_state.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {
const char* to_string(TokenStatus status) noexcept {
  switch (status) {
    case TokenStatus::kLive: return "live";
    case TokenStatus::kExpired: return "expired";
    case TokenStatus::kRevoked: return "revoked";
    case TokenStatus::kKeyRetired: return "key_retired";
  }
  return "";
}

TokenStatus status_of(const IssuedToken& token, std::int64_t now_unix_s) noexcept {
  const auto& end = token.not_after_unix_s;
  if (token.revoked_unix_s && (!end || *token.revoked_unix_s <= *end)) return TokenStatus::kRevoked;
  if (token.key_retired) return TokenStatus::kKeyRetired;
  // In the second of its end it still clears (FORMAT.md §7).
  return end && now_unix_s > *end ? TokenStatus::kExpired : TokenStatus::kLive;
}

Result<IssuedToken> find_token(Store& store, const TokenId& id, const std::optional<std::uint64_t>& org) {
  return read_transaction(store, [&](soci::session& sql) -> Result<IssuedToken> {
    TokenMatch match;
    match.id = to_string(id);
    if (org) match.org = static_cast<long long>(*org);
    auto tokens = select_tokens(sql, match);
    if (!tokens) return tl::unexpected(tokens.error());
    if (tokens->empty()) return fail(ErrorKind::kNotFound, "no token with the id " + *match.id + " was issued here");
    return std::move(tokens->front());
  });
}

Asker find_asker(Store& store, const TokenId& id) {
  const auto found = read_transaction(
      store, [&](soci::session& sql) -> Result<std::optional<Asker>> { return select_asker(sql, id); });
  return found && *found ? **found : Asker{"", id};
}

Actor token_actor(Store& store, const TokenId& id, std::string peer) {
  Actor actor;
  actor.token = id;
  actor.peer = std::move(peer);
  actor.holder = find_asker(store, id).holder;
  return actor;
}

}  // namespace libtoken::authority
