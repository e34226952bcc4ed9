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
                          std::int64_t now_unix_s, const RevokeOptions& options = {}, const char* why = "") {
  RevocationProgress* const progress = options.progress;
  if (progress != nullptr) progress->done = progress->of = 0;  // the transaction may be a second try
  auto revoked = insert_revocations(sql, ids, now_unix_s);
  if (!revoked) return revoked;
  const std::set<TokenId> asked(ids.begin(), ids.end());
  if (progress != nullptr) progress->of = revoked->newly.size();
  for (const TokenId& id : revoked->newly) {
    const std::string text = to_string(id);
    const Owner owner = select_owner_of(sql, text);
    const bool was_asked_for = asked.contains(id);
    std::string detail = was_asked_for ? why : "";
    if (!owner.holder.empty()) detail += (detail.empty() ? "it was for " : ": it was for ") + owner.holder;
    if (!was_asked_for) {
      detail += std::string(detail.empty() ? "it was" : ", and") + " made with a token that was revoked";
    }
    const std::uint64_t org = owner.org == 0 && was_asked_for ? options.org_if_unrecorded : owner.org;
    insert_audit(sql, {AuditAction::kRevoke, org, text, detail}, actor, now_unix_s);
    if (progress != nullptr) ++progress->done;
  }
  return revoked;
}

bool is_known(soci::session& sql, const TokenId& id) {
  const std::string text = to_string(id);
  long long found = 0;
  sql << "SELECT (SELECT count(*) FROM tokens WHERE id = :token) + (SELECT count(*) FROM revocations WHERE id = "
         ":revoked)",
      soci::use(text), soci::use(text), soci::into(found);
  return found != 0;
}

}  // namespace

Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor, std::int64_t now_unix_s,
                       const RevokeOptions& options) {
  const auto work = [&](soci::session& sql) -> Result<Revoked> {
    switch (options.unrecorded) {
      case Unrecorded::kRevoke: break;
      case Unrecorded::kLeave: {
        std::vector<TokenId> known, unknown;
        for (const TokenId& id : ids) {
          std::vector<TokenId>& side = is_known(sql, id) ? known : unknown;
          if (std::find(side.begin(), side.end(), id) == side.end()) side.push_back(id);
        }
        auto revoked = revoke_in(sql, known, actor, now_unix_s, options);
        if (revoked) revoked->unknown = std::move(unknown);
        return revoked;
      }
    }
    return revoke_in(sql, ids, actor, now_unix_s, options);
  };
  return write_even_if_full(store, [&] { return write_transaction(store, work); });
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
      auto one = revoke_in(sql, {token.id}, actor, now_unix_s, {.org_if_unrecorded = token.org}, "self");
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

Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor, std::int64_t now_unix_s,
                                RevocationProgress* progress) {
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
    return revoke_in(sql, ids, actor, now_unix_s, {.progress = progress});
  };
  return write_even_if_full(store, [&] { return write_transaction(store, work); });
}

Result<std::optional<std::int64_t>> revoked_at(Store& store, const TokenId& id) {
  return read_transaction(store, [&](soci::session& sql) -> Result<std::optional<std::int64_t>> {
    const std::string text = to_string(id);
    long long at = 0;
    sql << "SELECT created FROM revocations WHERE id = :id", soci::use(text), soci::into(at);
    return sql.got_data() ? std::optional<std::int64_t>(at) : std::nullopt;
  });
}

}  // namespace libtoken::authority
