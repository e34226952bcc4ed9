#include "authority/keys/restore.h"

#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/sealing/private_file.h"
#include "authority/store/backup_file.h"
#include "authority/store/old_store.h"
#include "authority/store/sealing.h"
#include "authority/store/store_files.h"
#include "authority/store/store_state.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

namespace fs = std::filesystem;

struct Restoring {
  OpenBackup& backup;
  const StoreFiles& files;
  RestoreWith with;
  const std::optional<fs::path>& old_store;
  const Actor& actor;
  std::int64_t now_unix_s;
};

std::string described(const Restoring& restoring) {
  std::string text = "from a backup made " + to_rfc3339(restoring.backup.made_unix_s);
  text += restoring.with == RestoreWith::kRotatedKeys ? ", every key retired" : ", keys kept";
  text += restoring.old_store ? ", revocations since carried over" : ", revocations since lost";
  return text;
}

// An org whose keys were all retired gets one to go on with.
Result<void> replace_active_keys(soci::session& sql, Store::State& state, std::int64_t now_unix_s) {
  const auto sealer = sealing_key(sql, state);
  if (!sealer) return tl::unexpected(sealer.error());
  std::vector<long long> orgs;
  long long org = 0;
  soci::statement rows =
      (sql.prepare << "SELECT id FROM orgs WHERE id NOT IN (SELECT org FROM keys WHERE state = 'active')",
       soci::into(org));
  rows.execute();
  while (rows.fetch()) orgs.push_back(org);
  for (const long long one : orgs) insert_active_key(sql, *sealer, static_cast<std::uint64_t>(one), now_unix_s);
  return {};
}

Result<void> change_copy(Store& store, OldStore* old, const Restoring& restoring) {
  return write_transaction(store, [&](soci::session& sql) -> Result<void> {
    if (old != nullptr) {
      if (auto carried = old->carry_over(); !carried) return carried;
    } else {
      // It may have forgotten what was ended since, and is not to be taken for a later state of the store that knew.
      sql << "UPDATE settings SET identity = lower(hex(randomblob(16))), restores = restores + 1";
    }
    if (restoring.with == RestoreWith::kRotatedKeys) {
      // Those too that this backup does not have: another one may.
      sql << "INSERT OR IGNORE INTO ended_keys SELECT kid FROM keys_given";
      sql << "UPDATE keys SET state = 'retired'";
    }
    if (auto replaced = replace_active_keys(sql, store.state(), restoring.now_unix_s); !replaced) return replaced;
    const AuditEvent event{AuditAction::kRestore, 0, "", described(restoring)};
    insert_audit(sql, event, restoring.actor, restoring.now_unix_s);
    return {};
  });
}

// Makes the whole store in a file that nobody else knows of.
Result<void> make_copy(const fs::path& unfinished, const Restoring& restoring) {
  const std::string path = restoring.files.store.native();
  try {
    copy_database(restoring.backup.state.sql, unfinished);
    soci::session copy;
    open_connection(copy, database_uri(unfinished, "mode=rw"));
    Transaction transaction(copy, std::nullopt);
    mark_as_store(copy);
    transaction.commit();
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(path));
  }
  auto store = Store::open({"sqlite:" + unfinished.native(), restoring.files.kek});
  if (!store) return tl::unexpected(store.error());
  store->state().path = path;  // for sentences
  try {
    // What stands in a write-ahead log would not get the store's name with it.
    store->state().sql << "PRAGMA main.journal_mode = DELETE";
    {
      std::optional<OldStore> old;
      if (restoring.old_store) {
        auto attached = OldStore::attach(store->state().sql, *restoring.old_store);
        if (!attached) return tl::unexpected(attached.error());
        old.emplace(std::move(*attached));
      }
      if (auto changed = change_copy(*store, old ? &*old : nullptr, restoring); !changed) return changed;
    }
    return {};  // without a log, as a store that was closed
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(path));
  }
}

}  // namespace

Result<RestorePlan> plan_restore(const fs::path& backup, const StoreAddress& address,
                                 const std::optional<fs::path>& old_store) {
  const auto files = parse_address(address);
  if (!files) return tl::unexpected(files.error());
  auto opened = open_backup(backup, files->kek);
  if (!opened) return tl::unexpected(opened.error());
  RestorePlan plan;
  plan.backup_unix_s = (*opened)->made_unix_s;
  auto old = OldStore::attach((*opened)->state.sql, old_store.value_or(files->store));
  const auto changes = old ? old->changes_since_backup() : tl::unexpected<Error>(old.error());
  // A store in place that cannot be used may be the very reason for restoring.
  if (!changes && old_store) return tl::unexpected(changes.error());
  if (changes) {
    plan.old_store_found = true;
    plan.issued_since = changes->issued;
    plan.revoked_since = changes->revoked;
    plan.other_changes_since = changes->others;
  }
  return plan;
}

Result<void> restore_store(const fs::path& backup, const StoreAddress& address, RestoreWith with,
                           const std::optional<fs::path>& old_store, const Actor& actor, std::int64_t now_unix_s) {
  const auto files = parse_address(address);
  if (!files) return tl::unexpected(files.error());
  if (auto absent = check_absent(files->store); !absent) return absent;
  auto opened = open_backup(backup, files->kek);
  if (!opened) return tl::unexpected(opened.error());

  const fs::path unfinished = unfinished_name(files->store);
  auto made = write_new_private_file(unfinished, "");
  if (!made) return made;
  made = make_copy(unfinished, {**opened, *files, with, old_store, actor, now_unix_s});
  if (made) {
    const WriterLock lock(files->store);
    const WriterLock::Guard guard(lock);  // see Store::State::~State()
    made = move_without_overwriting(unfinished, files->store);
  }
  if (!made) remove_database(unfinished);
  return made;
}

}  // namespace libtoken::authority
