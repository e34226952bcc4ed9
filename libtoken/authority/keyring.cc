#include "authority/keyring.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "authority/rows.h"
#include "authority/store_state.h"

namespace libtoken::authority {
namespace {

constexpr std::string_view kContextLabel = "libtoken authority: root key, version 1";

// Ties a sealed key to its org and its kid, so that a row copied over another one's does not open: label ‖ org id,
// 8 bytes, big-endian ‖ kid.
Bytes sealing_context(std::uint64_t org, ByteView kid) {
  const ByteView label = bytes_of(kContextLabel);
  Bytes context(label.begin(), label.end());
  for (int shift = 56; shift >= 0; shift -= 8) context.push_back(static_cast<std::uint8_t>(org >> shift));
  context.insert(context.end(), kid.begin(), kid.end());
  return context;
}

Result<OrgKey> open_key(const Store::State& state, const std::string& kid_hex, long long org,
                        const std::string& sealed) {
  const auto owner = static_cast<std::uint64_t>(org);
  auto kid = from_hex(kid_hex);
  if (kid && kid->size() == kKidBytes) {
    if (auto bytes = state.kek.open(sealed, sealing_context(owner, *kid))) {
      auto key = SigningKey::from_bytes(*bytes);
      wipe(*bytes);
      if (key) return OrgKey{std::move(*kid), RootKey{*key, owner}};
    }
  }
  // The key-encryption key has opened the store's check value, so it is the row that is wrong.
  return fail(ErrorKind::kUnusableStore, "the root key " + kid_hex + " of the org " + std::to_string(org) + " in " +
                                             state.path +
                                             " does not open: it was changed or moved; restore the "
                                             "store from a backup");
}

}  // namespace

void insert_active_key(soci::session& sql, const KeyEncryptionKey& kek, std::uint64_t org, std::int64_t now_unix_s) {
  std::array<std::uint8_t, kKidBytes> kid{};
  randombytes_buf(kid.data(), kid.size());
  const SigningKey key = SigningKey::generate();
  const std::string kid_hex = to_hex(kid);
  const std::string sealed = kek.seal(key.expose_secret(), sealing_context(org, kid));
  const auto owner = static_cast<long long>(org);
  const long long now = now_unix_s;
  sql << "INSERT INTO keys (kid, org, state, sealed, created) VALUES (:kid, :org, 'active', :sealed, :created)",
      soci::use(kid_hex), soci::use(owner), soci::use(sealed), soci::use(now);
}

Result<OrgKey> select_active_key(soci::session& sql, const Store::State& state, std::uint64_t org) {
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

Result<std::vector<OrgKey>> select_all_keys(soci::session& sql, const Store::State& state) {
  long long org = 0;
  std::string kid;
  std::string sealed;
  std::vector<OrgKey> keys;
  soci::statement rows = (sql.prepare << "SELECT kid, org, sealed FROM keys WHERE state <> 'retired'", soci::into(kid),
                          soci::into(org), soci::into(sealed));
  rows.execute();
  while (rows.fetch()) {
    auto key = open_key(state, kid, org, sealed);
    if (!key) return tl::unexpected(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<std::vector<KeyInfo>> list_keys(Store& store, const std::optional<NameOrId>& org) {
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<KeyInfo>> {
    long long wanted = 0;  // no org has the id 0
    if (org) {
      const auto found = select_org(sql, *org);
      if (!found) return tl::unexpected(found.error());
      wanted = static_cast<long long>(found->id);
    }
    std::string kid;
    std::string name;
    long long owner = 0;
    long long created = 0;
    std::vector<KeyInfo> keys;
    soci::statement rows =
        (sql.prepare << "SELECT keys.kid, keys.org, orgs.name, keys.created FROM keys JOIN orgs ON orgs.id = keys.org"
                        " WHERE :wanted = 0 OR keys.org = :org ORDER BY orgs.name, keys.created, keys.kid",
         soci::use(wanted), soci::use(wanted), soci::into(kid), soci::into(owner), soci::into(name),
         soci::into(created));
    rows.execute();
    while (rows.fetch()) {
      auto bytes = from_hex(kid);
      if (!bytes) {
        return fail(ErrorKind::kUnusableStore, "the store " + store.path() + " is damaged: a key id is no hex");
      }
      keys.push_back({std::move(*bytes), static_cast<std::uint64_t>(owner), name, created});
    }
    return keys;
  });
}

Result<OrgKey> active_key(Store& store, std::uint64_t org) {
  return read_transaction(store, [&](soci::session& sql) { return select_active_key(sql, store.state(), org); });
}

Result<std::vector<OrgKey>> open_all_keys(Store& store) {
  return read_transaction(store, [&](soci::session& sql) { return select_all_keys(sql, store.state()); });
}

}  // namespace libtoken::authority
