#include "authority/tokens/revocations.h"

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
                          std::int64_t now_unix_s) {
  auto revoked = insert_revocations(sql, ids, now_unix_s);
  if (!revoked) return revoked;
  const std::set<TokenId> asked(ids.begin(), ids.end());
  for (const TokenId& id : revoked->newly) {
    const std::string text = to_string(id);
    const Owner owner = select_owner_of(sql, text);
    std::string detail = owner.holder.empty() ? "" : "it was for " + owner.holder;
    if (!asked.contains(id)) {
      detail += std::string(detail.empty() ? "it was" : ", and") + " made with a token that was revoked";
    }
    insert_audit(sql, {AuditAction::kRevoke, owner.org, text, detail}, actor, now_unix_s);
  }
  return revoked;
}

}  // namespace

Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor, std::int64_t now_unix_s) {
  return write_even_if_full(store, [&] {
    return write_transaction(store, [&](soci::session& sql) { return revoke_in(sql, ids, actor, now_unix_s); });
  });
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
