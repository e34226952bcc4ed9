#include "authority/tokens/revocations.h"

#include <bit>
#include <cstring>
#include <set>

#include "authority/registry/rows.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {

RevocationSet::RevocationSet(const std::vector<TokenId>& ids) {
  if (ids.empty()) return;
  slots_.resize(std::bit_ceil(ids.size() + ids.size() / 3 + 1));
  for (const TokenId& id : ids) {
    std::size_t at = home_of(id);
    while (slots_[at] != TokenId{} && slots_[at] != id) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = id;
  }
}

// An id is a hash already: its first bytes spread well.
std::size_t RevocationSet::home_of(const TokenId& id) const noexcept {
  std::uint64_t spread = 0;
  std::memcpy(&spread, id.bytes.data(), sizeof spread);
  return static_cast<std::size_t>(spread) & (slots_.size() - 1);
}

bool RevocationSet::contains(const TokenId& id) const noexcept {
  if (slots_.empty()) return false;
  for (std::size_t at = home_of(id); slots_[at] != TokenId{}; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at] == id) return true;
  return false;
}

void RevocationSet::prefetch(const TokenId& id) const noexcept {
  if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(id)]);
}

bool select_is_revoked(soci::session& sql, const TokenId& id) {
  const std::string text = to_string(id);
  long long found = 0;
  sql << "SELECT count(*) FROM revocations WHERE id = :id", soci::use(text), soci::into(found);
  return found != 0;
}

Result<Revoked> insert_revocations(soci::session& sql, const std::vector<TokenId>& ids, std::int64_t now_unix_s) {
  const long long now = now_unix_s;
  std::string text;
  std::string child;
  soci::statement insert = (sql.prepare << "INSERT INTO revocations (id, created) VALUES (:id, :created)"
                                           " ON CONFLICT (id) DO NOTHING",
                            soci::use(text), soci::use(now));
  soci::statement children =
      (sql.prepare << "SELECT id FROM tokens WHERE maker = :maker ORDER BY created, id", soci::use(text), soci::into(child));

  Revoked revoked;
  std::vector<TokenId> reached;  // in the order of the answer; a token has one maker, but may be asked for as well
  std::set<TokenId> known;
  for (const TokenId& id : ids)
    if (known.insert(id).second) reached.push_back(id);
  const std::size_t asked = reached.size();
  for (std::size_t next = 0; next < reached.size(); ++next) {
    text = to_string(reached[next]);
    insert.execute(true);
    if (insert.get_affected_rows() > 0) {
      revoked.newly.push_back(reached[next]);
    } else if (next < asked) {
      revoked.already.push_back(reached[next]);
    }
    children.execute();
    while (children.fetch()) {
      const auto id = parse_token_id(child);
      if (!id) return damaged("what it says of an issued token makes no sense");
      if (known.insert(*id).second) reached.push_back(*id);
    }
  }
  return revoked;
}

namespace {

// What the registry has for a token; an org 0 if it does not know it.
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
  return write_transaction(store, [&](soci::session& sql) { return revoke_in(sql, ids, actor, now_unix_s); });
}

Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor, std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<Revoked> {
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
  });
}

}  // namespace libtoken::authority
