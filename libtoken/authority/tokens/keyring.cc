#include "authority/tokens/keyring.h"

#include <algorithm>
#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/revocation/revocation_rows.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {
namespace {

constexpr const char* kBadKeyId = "a key has an id that is not one";

Result<KeyState> parse_state(const std::string& name) {
  for (const KeyState state : {KeyState::kActive, KeyState::kVerifying, KeyState::kRetired})
    if (name == to_string(state)) return state;
  return damaged("a key has a state that does not exist");
}

// Counts the key's live tokens among the first `most` that it signed, the newest first, or that descend from these.
void count_some(soci::session& sql, KeyInfo& key, std::size_t most, std::int64_t now_unix_s) {
  const std::string kid = to_hex(key.kid);
  const auto limit = static_cast<long long>(most) + 1;
  const long long now = now_unix_s;
  long long seen = 0;
  long long live = 0;
  sql << "WITH RECURSIVE ended (id) AS ("
         "SELECT id FROM (SELECT id FROM tokens INDEXED BY tokens_by_kid WHERE kid = :kid ORDER BY rowid DESC LIMIT "
         ":n1)"
         " UNION SELECT id FROM (SELECT tokens.id AS id FROM keys JOIN tokens INDEXED BY tokens_by_lost_maker"
         " ON tokens.org = keys.org AND tokens.maker_lost = 1 WHERE keys.kid = :same_kid LIMIT :n2)"
         " UNION SELECT tokens.id FROM tokens JOIN ended ON tokens.maker = ended.id LIMIT :n3)"
         " SELECT count(*), coalesce(sum(coalesce(tokens.not_after, :at) >= :now AND revocations.id IS NULL"
         " AND coalesce(keys.state <> 'retired', 0)), 0)"
         " FROM ended JOIN tokens ON tokens.id = ended.id LEFT JOIN keys ON keys.kid = tokens.kid"
         " LEFT JOIN revocations ON revocations.id = tokens.id",
      soci::use(kid), soci::use(limit), soci::use(kid), soci::use(limit), soci::use(limit), soci::use(now),
      soci::use(now), soci::into(seen), soci::into(live);
  key.live_tokens = static_cast<std::size_t>(live);
  key.live_tokens_at_least = seen == limit;
}

// The keys of an org (0: of any org) with this id in hex ("": with any id), ordered as list_keys() returns them,
// without their numbers of tokens.
Result<std::vector<KeyInfo>> select_infos(soci::session& sql, long long org, const std::string& kid) {
  std::string kid_hex, name, state;
  long long owner = 0;
  long long created = 0;
  soci::statement rows =
      (sql.prepare << "SELECT keys.kid, keys.org, orgs.name, keys.created, keys.state FROM keys"
                      " JOIN orgs ON orgs.id = keys.org"
                      " WHERE (:any_org = 0 OR keys.org = :org) AND (:any_kid = '' OR keys.kid = :kid)"
                      " ORDER BY orgs.name, keys.created, keys.state = 'active', keys.kid",
       soci::use(org), soci::use(org), soci::use(kid), soci::use(kid), soci::into(kid_hex), soci::into(owner),
       soci::into(name), soci::into(created), soci::into(state));
  rows.execute();
  std::vector<KeyInfo> keys;
  while (rows.fetch()) {
    auto bytes = from_hex(kid_hex);
    if (!bytes || bytes->size() != kKidBytes) return damaged(kBadKeyId);
    if (!is_valid_name(name)) return damaged("an org has a name that is not one");
    const auto parsed = parse_state(state);
    if (!parsed) return tl::unexpected(parsed.error());
    keys.push_back({std::move(*bytes), static_cast<std::uint64_t>(owner), name, created, *parsed});
  }
  return keys;
}

Result<KeyInfo> select_info(soci::session& sql, const Bytes& kid, std::int64_t now_unix_s) {
  const std::string hex = to_hex(kid);
  tl::unexpected<Error> none = fail(ErrorKind::kNotFound, "there is no root key with the id " + hex);
  if (kid.size() != kKidBytes) return none;
  auto keys = select_infos(sql, 0, hex);
  if (!keys) return tl::unexpected(keys.error());
  if (keys->empty()) return none;
  TokenMatch match;
  match.ends_with_key = hex;
  keys->front().live_tokens = count_live_tokens(sql, match, now_unix_s);
  return std::move(keys->front());
}

}  // namespace

const char* to_string(KeyState state) noexcept {
  switch (state) {
    case KeyState::kActive: return "active";
    case KeyState::kVerifying: return "verifying";
    case KeyState::kRetired: return "retired";
  }
  return "";
}

Result<std::vector<KeyInfo>> list_keys(Store& store, const std::optional<NameOrId>& org, std::int64_t now_unix_s) {
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<KeyInfo>> {
    long long wanted = 0;  // no org has the id 0
    if (org) {
      const auto found = select_org(sql, *org);
      if (!found) return tl::unexpected(found.error());
      wanted = static_cast<long long>(found->id);
    }
    auto keys = select_infos(sql, wanted, "");
    if (!keys) return keys;
    const auto is_in_use = [](const KeyInfo& key) { return key.state != KeyState::kRetired; };
    const auto in_use = static_cast<std::size_t>(std::count_if(keys->begin(), keys->end(), is_in_use));
    for (KeyInfo& key : *keys) {
      if (is_in_use(key)) count_some(sql, key, std::max(kMostCountedOfKeys / in_use, kLeastCountedOfKey), now_unix_s);
    }
    return keys;
  });
}

Result<KeyInfo> find_key(Store& store, const Bytes& kid, std::int64_t now_unix_s) {
  return read_transaction(store, [&](soci::session& sql) { return select_info(sql, kid, now_unix_s); });
}

Result<KeyInfo> rotate_key(Store& store, const NameOrId& org, const Actor& actor, std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<KeyInfo> {
    if (auto good = check_clock(sql, now_unix_s); !good) return tl::unexpected(good.error());
    const auto found = select_org(sql, org);
    if (!found) return tl::unexpected(found.error());
    const auto kek = sealing_key(sql, store.state());
    if (!kek) return tl::unexpected(kek.error());
    const auto owner = static_cast<long long>(found->id);
    long long in_use = 0;
    sql << "SELECT count(*) FROM keys WHERE org = :org AND state <> 'retired'", soci::use(owner), soci::into(in_use);
    if (in_use >= static_cast<long long>(kMaxKeysInUse)) {
      return fail(ErrorKind::kConflict, "the org " + found->name + " has " + std::to_string(in_use) +
                                            " root keys that verify: retire some first");
    }
    sql << "UPDATE keys SET state = 'verifying' WHERE org = :org AND state = 'active'", soci::use(owner);
    const Bytes kid = insert_active_key(sql, *kek, found->id, now_unix_s);
    insert_audit(sql, {AuditAction::kKeyRotate, found->id, to_hex(kid), ""}, actor, now_unix_s);
    return select_info(sql, kid, now_unix_s);
  });
}

Result<KeyInfo> retire_key(Store& store, const Bytes& kid, std::size_t expected_live, const Actor& actor,
                           std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<KeyInfo> {
    auto key = select_info(sql, kid, now_unix_s);
    if (!key || key->state == KeyState::kRetired) return key;
    const std::string hex = to_hex(kid);
    if (key->state == KeyState::kActive) {
      return fail(ErrorKind::kInvalidArgument, "the root key " + hex + " signs the new tokens of the org " +
                                                   key->org_name + ": rotate first, then retire it");
    }
    if (key->live_tokens > expected_live) {
      return fail(ErrorKind::kConflict, std::to_string(key->live_tokens) + " live tokens would end with the root key " +
                                            hex + " by now, not " + std::to_string(expected_live) +
                                            ": look at them again");
    }
    sql << "UPDATE keys SET state = 'retired' WHERE kid = :kid", soci::use(hex);
    sql << "INSERT OR IGNORE INTO ended_keys (kid) VALUES (:kid)", soci::use(hex);
    // Descendants of its tokens may be signed with other keys, so they have to be revoked.
    TokenMatch match;
    match.ends_with_key = hex;
    const auto tokens = select_tokens(sql, match);
    if (!tokens) return tl::unexpected(tokens.error());
    std::vector<TokenId> made;
    for (const IssuedToken& token : *tokens) {
      if (token.maker) made.push_back(token.id);
    }
    if (const auto revoked = insert_revocations(sql, made, now_unix_s); !revoked) {
      return tl::unexpected(revoked.error());
    }
    insert_audit(
        sql,
        {AuditAction::kKeyRetire, key->org, hex, "live tokens that ended with it: " + std::to_string(key->live_tokens)},
        actor, now_unix_s);
    key->state = KeyState::kRetired;
    key->live_tokens = 0;
    return key;
  });
}

}  // namespace libtoken::authority
