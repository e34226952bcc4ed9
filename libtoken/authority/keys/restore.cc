#include "authority/keys/restore.h"

#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/keys/root_key_rows.h"
#include "authority/sealing/private_file.h"
#include "authority/store/backup_file.h"
#include "authority/store/old_store.h"
#include "authority/store/store_files.h"
#include "authority/store/store_sealing.h"
#include "authority/store/store_state.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

namespace fs = std::filesystem;

// The arguments of restore_store(), and the backup that it has opened.
struct RestoreJob {
  OpenBackup& backup;
  const StoreFiles& files;
  RestoreWith with;
  const std::optional<fs::path>& old_store;
  const Actor& actor;
  std::int64_t now_unix_s;
};

// The detail of the audit entry.
std::string described(const RestoreJob& job) {
  std::string text = "from a backup made " + to_rfc3339(job.backup.made_unix_s);
  text += job.with == RestoreWith::kRotatedKeys ? ", every key retired" : ", keys kept";
  text += job.old_store ? ", revocations since carried over" : ", revocations since lost";
  return text;
}

// Gives every org without an active key a new one.
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

Result<void> change_copy(Store& store, OldStore* old, const RestoreJob& job) {
  return write_transaction(store, [&](soci::session& sql) -> Result<void> {
    if (old != nullptr) {
      if (auto carried = old->carry_over(); !carried) return carried;
    } else {
      // The restored store may have forgotten what was ended since the backup, so it must not be taken for a later
      // state of the old store.
      sql << "UPDATE settings SET identity = lower(hex(randomblob(16))), restores = restores + 1";
    }
    if (job.with == RestoreWith::kRotatedKeys) {
      // Also keys that this backup does not have, because another backup may have them.
      sql << "INSERT OR IGNORE INTO ended_keys SELECT kid FROM keys_given";
      sql << "UPDATE keys SET state = 'retired'";
    }
    if (auto replaced = replace_active_keys(sql, store.state(), job.now_unix_s); !replaced) return replaced;
    const AuditEvent event{AuditAction::kRestore, 0, "", described(job)};
    insert_audit(sql, event, job.actor, job.now_unix_s);
    return {};
  });
}

// Makes the whole store in `unfinished`, a file that no other process uses.
Result<void> make_copy(const fs::path& unfinished, const RestoreJob& job) {
  const std::string path = job.files.store.native();
  try {
    copy_database(job.backup.state.sql, unfinished);
    soci::session copy;
    open_connection(copy, database_uri(unfinished, "mode=rw"));
    Transaction transaction(copy, std::nullopt);
    mark_as_store(copy);
    transaction.commit();
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(path));
  }
  auto store = Store::open({"sqlite:" + unfinished.native(), job.files.kek});
  if (!store) return tl::unexpected(store.error());
  store->state().path = path;  // for messages
  try {
    // The file is renamed in the end, and a write-ahead log would not be renamed with it.
    store->state().sql << "PRAGMA main.journal_mode = DELETE";
    {
      std::optional<OldStore> old;
      if (job.old_store) {
        auto attached = OldStore::attach(store->state().sql, *job.old_store);
        if (!attached) return tl::unexpected(attached.error());
        old.emplace(std::move(*attached));
      }
      if (auto changed = change_copy(*store, old ? &*old : nullptr, job); !changed) return changed;
    }
    return {};
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
  remove_database(unfinished);  // what is left under that name, also if the store was moved away from it
  return made;
}

}  // namespace libtoken::authority
