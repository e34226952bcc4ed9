#include "authority/tokens/keyring.h"

#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"
#include "authority/tokens/revocation_rows.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {
namespace {

constexpr const char* kBadKeyId = "a key has an id that is not one";

Result<KeyState> parse_state(const std::string& name) {
  for (const KeyState state : {KeyState::kActive, KeyState::kVerifying, KeyState::kRetired})
    if (name == to_string(state)) return state;
  return damaged("a key has a state that does not exist");
}

// The keys of an org (0: of any org) with this id in hex ("": with any id), ordered as list_keys() returns them.
Result<std::vector<KeyInfo>> select_infos(soci::session& sql, long long org, const std::string& kid,
                                          std::int64_t now_unix_s) {
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
    keys.push_back({std::move(*bytes), static_cast<std::uint64_t>(owner), name, created, *parsed, 0});
  }
  for (KeyInfo& key : keys) {
    TokenMatch match;
    match.ends_with_key = to_hex(key.kid);
    key.live_tokens = count_live_tokens(sql, match, now_unix_s);
  }
  return keys;
}

Result<KeyInfo> select_info(soci::session& sql, const Bytes& kid, std::int64_t now_unix_s) {
  const std::string hex = to_hex(kid);
  tl::unexpected<Error> none = fail(ErrorKind::kNotFound, "there is no root key with the id " + hex);
  if (kid.size() != kKidBytes) return none;
  auto keys = select_infos(sql, 0, hex, now_unix_s);
  if (!keys) return tl::unexpected(keys.error());
  if (keys->empty()) return none;
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
    return select_infos(sql, wanted, "", now_unix_s);
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
