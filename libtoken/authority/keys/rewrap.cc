#include "authority/keys/rewrap.h"

#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

// The key to seal everything with, which is in the key file when this returns. If an interrupted rewrap has left a new
// key at the front of the file, that one is used, so that trying again does not leave keys that never sealed anything.
Result<KeyEncryptionKey> next_key(soci::session& sql, Store::State& state) {
  auto sealing = sealing_key(sql, state);
  if (!sealing) return sealing;
  auto keys = KeyEncryptionKeys::load(state.kek_file);
  if (!keys) return tl::unexpected(keys.error());
  const bool was_interrupted = !equal(keys->keys().front().expose_secret(), sealing->expose_secret());
  if (!was_interrupted) {
    if (keys->keys().size() == kMaxKeyEncryptionKeys) {
      return fail(ErrorKind::kUnusableKeyFile, "the key-encryption key file holds " +
                                                   std::to_string(kMaxKeyEncryptionKeys) +
                                                   " keys, the most that it can hold: rewrap with --forget-old");
    }
    keys->put_first(KeyEncryptionKey::generate());
    if (auto saved = keys->save_over(state.kek_file); !saved) return tl::unexpected(saved.error());
  }
  state.keks = std::move(*keys);
  return state.keks.keys().front();
}

Result<std::size_t> seal_again(soci::session& sql, Store::State& state, const KeyEncryptionKey& kek) {
  struct Row {
    std::string kid, sealed;
    long long org = 0;
  };
  std::vector<Row> rows;
  Row row;
  // Retired keys too, so that the old key-encryption keys open nothing any more and can be removed.
  soci::statement all = (sql.prepare << "SELECT kid, org, sealed FROM keys", soci::into(row.kid), soci::into(row.org),
                         soci::into(row.sealed));
  all.execute();
  while (all.fetch()) rows.push_back(row);
  for (const Row& one : rows) {
    const auto key = open_key(state, one.kid, one.org, one.sealed);
    if (!key) return tl::unexpected(key.error());
    const std::string sealed = kek.seal(key->root.key.expose_secret(), root_key_context(key->root.owner, key->kid));
    sql << "UPDATE keys SET sealed = :sealed WHERE kid = :kid", soci::use(sealed), soci::use(one.kid);
  }
  const std::string check = seal_check(kek);
  sql << "UPDATE settings SET kek_check = :check", soci::use(check);
  return rows.size();
}

// Under the store's write lock, because two processes that change the file at once would each drop the other's key.
Result<void> forget_all_but_the_sealing_key(Store& store) {
  return write_transaction(store, [&](soci::session& sql) -> Result<void> {
    Store::State& state = store.state();
    const auto sealing = sealing_key(sql, state);
    if (!sealing) return tl::unexpected(sealing.error());
    KeyEncryptionKeys only(*sealing);
    auto saved = only.save_over(state.kek_file);
    if (saved) state.keks = std::move(only);
    return saved;
  });
}

}  // namespace

Result<Rewrapped> rewrap_keys(Store& store, bool forget_old, const Actor& actor, std::int64_t now_unix_s) {
  Store::State& state = store.state();
  // The new key is in the file before anything is sealed with it, and the old keys are removed only once nothing in the
  // store is sealed with them any more.
  auto done = write_transaction(store, [&](soci::session& sql) -> Result<Rewrapped> {
    const auto kek = next_key(sql, state);
    if (!kek) return tl::unexpected(kek.error());
    const auto sealed = seal_again(sql, state, *kek);
    if (!sealed) return tl::unexpected(sealed.error());
    const std::string detail = std::to_string(*sealed) + " root keys sealed with a new key-encryption key";
    insert_audit(sql, {AuditAction::kKeyRewrap, 0, "", detail}, actor, now_unix_s);
    return Rewrapped{*sealed, state.keks.keys().size()};
  });
  if (!done || !forget_old) return done;
  if (auto forgotten = forget_all_but_the_sealing_key(store); !forgotten) return tl::unexpected(forgotten.error());
  done->key_encryption_keys = 1;
  return done;
}

}  // namespace libtoken::authority
