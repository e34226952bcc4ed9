#include "authority/tokens/revocations.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/revocation/revocation_rows.h"
#include "authority/store/reserve.h"
#include "authority/store/store_state.h"
#include "authority/tokens/token_matches.h"
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

// The detail of the audit entry of a token that was asked for.
std::string revoke_detail(const std::string& why, const std::string& holder, std::size_t descendants) {
  std::string detail;
  if (!holder.empty()) detail = "it was for " + holder;
  if (descendants > 0) {
    if (!detail.empty()) detail += ", and ";
    detail += std::to_string(descendants) + (descendants == 1 ? " descendant" : " descendants") + " ended with it";
  }
  if (why.empty() || detail.empty()) return why + detail;
  return why + ": " + detail;
}

// `actor_of`: who has asked for a token, given its id and its holder. `org_of`: the org of a token without a record.
template <class ActorOf, class OrgOf>
Result<Revoked> revoke_in(soci::session& sql, const std::vector<TokenId>& ids, ActorOf actor_of, OrgOf org_of,
                          std::int64_t now_unix_s, RevocationProgress* progress, const char* why) {
  if (progress != nullptr) progress->done = progress->of = 0;  // the transaction may be a second try
  auto inserted = insert_revocations(sql, ids, now_unix_s, progress);
  if (!inserted) return tl::unexpected(inserted.error());
  for (std::size_t i = 0; i < inserted->descendants.size(); ++i) {
    const TokenId& id = inserted->revoked.newly[i];
    const std::string text = to_string(id);
    const Owner owner = select_owner_of(sql, text);
    const std::uint64_t org = owner.org == 0 ? org_of(id) : owner.org;
    insert_audit(sql, {AuditAction::kRevoke, org, text, revoke_detail(why, owner.holder, inserted->descendants[i])},
                 actor_of(id, owner.holder), now_unix_s);
  }
  return std::move(inserted->revoked);
}

Result<Revoked> revoke_in(soci::session& sql, const std::vector<TokenId>& ids, const Actor& actor,
                          std::int64_t now_unix_s, const RevokeOptions& options) {
  const auto always = [&](const TokenId&, const std::string&) -> const Actor& { return actor; };
  const auto org_of = [&](const TokenId&) { return options.org_if_unrecorded; };
  return revoke_in(sql, ids, always, org_of, now_unix_s, options.progress, "");
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
  std::map<TokenId, std::uint64_t> orgs;
  for (const PresentedToken& token : tokens) orgs.emplace(token.id, token.org);
  const auto itself = [&](const TokenId& id, const std::string& holder) { return Actor{id, holder, "", peer}; };
  const auto org_of = [&](const TokenId& id) { return orgs.at(id); };
  const auto work = [&](soci::session& sql) -> Result<Revoked> {
    std::vector<TokenId> ids, left;
    for (const PresentedToken& token : tokens) {
      (token.has_ended && !is_known(sql, token.id) ? left : ids).push_back(token.id);
    }
    auto revoked = revoke_in(sql, ids, itself, org_of, now_unix_s, nullptr, "self");
    if (revoked) revoked->unknown = std::move(left);
    return revoked;
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
    auto matching = select_living(sql, *match, living_ends_from(now_unix_s), filter.ending_before_unix_s, kMostAlready);
    if (!matching) return tl::unexpected(matching.error());
    auto revoked = revoke_in(sql, matching->unrevoked, actor, now_unix_s, {.progress = progress});
    if (!revoked) return revoked;
    revoked->already = std::move(matching->revoked);
    revoked->already_left_out = matching->revoked_left_out;
    return revoked;
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
