#include "authority/keys/root_keys.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "authority/keys/root_key_rows.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"
#include "libtoken/text.h"

namespace libtoken::authority {

Result<OrgKey> open_key(Store::State& state, const std::string& kid_hex, long long org, const std::string& sealed) {
  const auto owner = static_cast<std::uint64_t>(org);
  auto kid = from_hex(kid_hex);
  if (kid && kid->size() == kKidBytes) {
    if (auto bytes = open_sealed(state, sealed, root_key_context(owner, *kid))) {
      auto key = SigningKey::from_bytes(*bytes);
      wipe(*bytes);
      if (key) return OrgKey{std::move(*kid), RootKey{*key, owner}};
    } else if (bytes.error().kind != ErrorKind::kBadKey) {
      return tl::unexpected(bytes.error());
    }
  }
  // The key-encryption keys are the right ones, since they have opened the store's check value: the row is wrong.
  return fail(ErrorKind::kUnusableStore, "the root key " + escape_untrusted(kid_hex, 100) + " of the org " +
                                             std::to_string(org) + " in " + state.path +
                                             " does not open: it was changed or moved; restore the "
                                             "store from a backup");
}

Bytes insert_active_key(soci::session& sql, const KeyEncryptionKey& kek, std::uint64_t org, std::int64_t now_unix_s) {
  std::array<std::uint8_t, kKidBytes> kid{};
  randombytes_buf(kid.data(), kid.size());
  const SigningKey key = SigningKey::generate();
  const std::string kid_hex = to_hex(kid);
  const std::string sealed = kek.seal(key.expose_secret(), root_key_context(org, kid));
  const auto owner = static_cast<long long>(org);
  const long long now = now_unix_s;
  sql << "INSERT INTO keys (kid, org, state, sealed, created) VALUES (:kid, :org, 'active', :sealed, :created)",
      soci::use(kid_hex), soci::use(owner), soci::use(sealed), soci::use(now);
  sql << "INSERT INTO keys_given (kid, org) VALUES (:kid, :org)", soci::use(kid_hex), soci::use(owner);
  return {kid.begin(), kid.end()};
}

Result<OrgKey> select_active_key(soci::session& sql, Store::State& state, std::uint64_t org) {
  const auto owner = static_cast<long long>(org);
  std::string kid;
  std::string sealed;
  sql << "SELECT kid, sealed FROM keys WHERE org = :org AND state = 'active'", soci::use(owner), soci::into(kid),
      soci::into(sealed);
  if (!sql.got_data()) {
    return fail(ErrorKind::kNotFound, "the org with the id " + std::to_string(org) + " has no active root key");
  }
  return open_key(state, kid, owner, sealed);
}

Result<std::vector<OrgKey>> select_all_keys(soci::session& sql, Store::State& state) {
  long long org = 0;
  std::string kid;
  std::string sealed;
  std::string state_name;
  std::vector<OrgKey> keys;
  soci::statement rows = (sql.prepare << "SELECT kid, org, sealed, state FROM keys WHERE state <> 'retired'",
                          soci::into(kid), soci::into(org), soci::into(sealed), soci::into(state_name));
  rows.execute();
  while (rows.fetch()) {
    if (state_name != "active" && state_name != "verifying") return damaged("a key has a state that does not exist");
    auto key = open_key(state, kid, org, sealed);
    if (!key) return tl::unexpected(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

std::vector<RetiredKey> select_retired_keys(soci::session& sql, Store::State& state) {
  long long org = 0;
  std::string kid;
  std::string sealed;
  std::vector<RetiredKey> keys;
  soci::statement rows =
      (sql.prepare << "SELECT kid, org, sealed FROM keys WHERE state = 'retired'"
                      " UNION ALL SELECT kid, 0, '' FROM ended_keys WHERE kid NOT IN (SELECT kid FROM keys)",
       soci::into(kid), soci::into(org), soci::into(sealed));
  rows.execute();
  while (rows.fetch()) {
    auto bytes = from_hex(kid);
    if (!bytes) continue;
    RetiredKey key{std::move(*bytes), std::nullopt};
    if (org != 0) {
      if (auto opened = open_key(state, kid, org, sealed)) key.root = std::move(opened->root);
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<OrgKey> active_key(Store& store, std::uint64_t org) {
  return read_transaction(store, [&](soci::session& sql) { return select_active_key(sql, store.state(), org); });
}

Result<std::vector<OrgKey>> open_all_keys(Store& store) {
  return read_transaction(store, [&](soci::session& sql) { return select_all_keys(sql, store.state()); });
}

}  // namespace libtoken::authority
