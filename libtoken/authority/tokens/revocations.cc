#include "authority/tokens/revocations.h"

#include <algorithm>
#include <set>

#include "authority/audit/audit_rows.h"
#include "authority/store/reserve.h"
#include "authority/store/store_state.h"
#include "authority/tokens/revocation_rows.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {

namespace {

// The org and holder of a token; the org is 0 if it has no record.
struct Owner {
  std::uint64_t org = 0;
  std::string holder;
};
Owner select_owner_of(soci::session& sql, const std::string& id) {
  long long org = 0;
  std::string holder;
  sql << "SELECT org, holder FROM tokens WHERE id = :id", soci::use(id), soci::into(org), soci::into(holder);
  if (!sql.got_data()) return {};
  return {static_cast<std::uint64_t>(org), std::move(holder)};
}

Result<Revoked> revoke_in(soci::session& sql, const std::vector<TokenId>& ids, const Actor& actor,
                          std::int64_t now_unix_s, std::uint64_t org_if_unrecorded = 0, const char* why = "") {
  auto revoked = insert_revocations(sql, ids, now_unix_s);
  if (!revoked) return revoked;
  const std::set<TokenId> asked(ids.begin(), ids.end());
  for (const TokenId& id : revoked->newly) {
    const std::string text = to_string(id);
    const Owner owner = select_owner_of(sql, text);
    const bool was_asked_for = asked.contains(id);
    std::string detail = was_asked_for ? why : "";
    if (!owner.holder.empty()) detail += (detail.empty() ? "it was for " : ": it was for ") + owner.holder;
    if (!was_asked_for) {
      detail += std::string(detail.empty() ? "it was" : ", and") + " made with a token that was revoked";
    }
    const std::uint64_t org = owner.org == 0 && was_asked_for ? org_if_unrecorded : owner.org;
    insert_audit(sql, {AuditAction::kRevoke, org, text, detail}, actor, now_unix_s);
  }
  return revoked;
}

}  // namespace

Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor, std::int64_t now_unix_s,
                       std::uint64_t org_if_unrecorded) {
  return write_even_if_full(store, [&] {
    return write_transaction(
        store, [&](soci::session& sql) { return revoke_in(sql, ids, actor, now_unix_s, org_if_unrecorded); });
  });
}

Result<Revoked> revoke_presented(Store& store, const std::vector<PresentedToken>& tokens, const std::string& peer,
                                 std::int64_t now_unix_s) {
  const auto work = [&](soci::session& sql) -> Result<Revoked> {
    Revoked all;
    for (const PresentedToken& token : tokens) {
      Actor actor;
      actor.token = token.id;
      actor.holder = select_owner_of(sql, to_string(token.id)).holder;
      actor.peer = peer;
      auto one = revoke_in(sql, {token.id}, actor, now_unix_s, token.org, "self");
      if (!one) return one;
      all.newly.insert(all.newly.end(), one->newly.begin(), one->newly.end());
      for (const TokenId& id : one->already) {
        // One that was revoked just now, as a descendant of another, is not named twice.
        if (std::find(all.newly.begin(), all.newly.end(), id) == all.newly.end()) all.already.push_back(id);
      }
    }
    return all;
  };
  return write_even_if_full(store, [&] { return write_transaction(store, work); });
}

Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor, std::int64_t now_unix_s) {
  const auto work = [&](soci::session& sql) -> Result<Revoked> {
    const auto match = match_of(sql, filter);
    if (!match) return tl::unexpected(match.error());
    if (match->name_key.value_or("").empty() && match->holder_key.value_or("").empty()) {
      return fail(ErrorKind::kInvalidArgument, "say by name or by holder which tokens to revoke");
    }
    const auto tokens = select_tokens(sql, *match);
    if (!tokens) return tl::unexpected(tokens.error());
    std::vector<TokenId> ids;
    for (const IssuedToken& token : *tokens) {
      const bool ends_soon = !filter.ending_before_unix_s ||
                             (token.not_after_unix_s && *token.not_after_unix_s <= *filter.ending_before_unix_s);
      if (ends_soon) ids.push_back(token.id);
    }
    return revoke_in(sql, ids, actor, now_unix_s);
  };
  return write_even_if_full(store, [&] { return write_transaction(store, work); });
}

}  // namespace libtoken::authority
