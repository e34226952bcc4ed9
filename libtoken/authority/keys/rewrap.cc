#include "authority/keys/rewrap.h"

#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/store/sealing.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

// The key that everything is to be sealed with, in the file by now. One that somebody who was cut short has put there
// already is taken, so that doing it again does not leave a key that never sealed anything.
Result<KeyEncryptionKey> next_key(soci::session& sql, Store::State& state) {
  auto sealing = sealing_key(sql, state);
  if (!sealing) return sealing;
  auto keys = KeyEncryptionKeys::load(state.kek_file);
  if (!keys) return tl::unexpected(keys.error());
  const bool was_cut_short = !equal(keys->keys().front().expose_secret(), sealing->expose_secret());
  if (!was_cut_short) {
    if (keys->keys().size() == kMostKeyEncryptionKeys) {
      return fail(ErrorKind::kUnusableKeyFile, "the key-encryption key file holds " +
                                                   std::to_string(kMostKeyEncryptionKeys) +
                                                   " keys, which is all that it can: have the old ones forgotten");
    }
    keys->put_first(KeyEncryptionKey::generate());
    if (auto saved = keys->save_over(state.kek_file); !saved) return tl::unexpected(saved.error());
  }
  state.keks = std::move(*keys);
  return state.keks.keys().front();
}

Result<std::size_t> seal_anew(soci::session& sql, Store::State& state, const KeyEncryptionKey& kek) {
  struct Row {
    std::string kid, sealed;
    long long org = 0;
  };
  std::vector<Row> rows;
  Row row;
  // Retired ones too: what opens none of them any more can then be forgotten.
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

// Under the write lock as well: two who change the file at once would each leave out what the other has put in.
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
  // The file first: what is sealed with the new key is never without it. And the old keys leave the file only when what
  // they sealed is gone for good.
  auto done = write_transaction(store, [&](soci::session& sql) -> Result<Rewrapped> {
    const auto kek = next_key(sql, state);
    if (!kek) return tl::unexpected(kek.error());
    const auto sealed = seal_anew(sql, state, *kek);
    if (!sealed) return tl::unexpected(sealed.error());
    insert_audit(sql, {AuditAction::kKeyRewrap, 0, "", std::to_string(*sealed) + " root keys sealed anew"}, actor,
                 now_unix_s);
    return Rewrapped{*sealed, state.keks.keys().size()};
  });
  if (!done || !forget_old) return done;
  if (auto forgotten = forget_all_but_the_sealing_key(store); !forgotten) return tl::unexpected(forgotten.error());
  done->key_encryption_keys = 1;
  return done;
}

}  // namespace libtoken::authority
