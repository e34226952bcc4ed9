// The store's file is copied, backed up, lost, restored, and was of an older version.
#include <algorithm>

#include "authority/keys/restore.h"
#include "authority/store/backup.h"
#include "authority/tokens/keyring.h"
#include "run.h"
#include "support/schema_versions.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

void back_up(Run& run, Random&) {
  run.model.state.backups.push_back(run.backups.size());
  const fs::path file = run.world.new_file("backup");
  (void)value_of(backup_store(run.world.store(), file, run.now), "backup");
  run.say("backup b" + std::to_string(run.backups.size()));
  run.backups.push_back({file, run.model.state, run.writes});
  run.is_young = false;
}

bool opens(const Run& run, const State& state) {
  return std::find(run.kek_file.begin(), run.kek_file.end(), state.kek) != run.kek_file.end();
}

// The newest, or any, of those that can be opened. Nothing if there is none.
std::optional<Index> choose(const Run& run, Random& random, std::vector<Index> among) {
  std::erase_if(among, [&](Index one) { return !opens(run, run.backups[one].state); });
  if (among.empty()) return std::nullopt;
  return random.one_in(2) ? among.back() : among[random.below(among.size())];
}

void restore(Run& run, Index backup, RestoreWith with, bool with_old) {
  run.world.close();
  const fs::path away = run.world.move_away();
  (void)value_of(restore_store(run.backups[backup].file, run.world.address(), with,
                               with_old ? std::optional(away) : std::nullopt, ann(), run.now),
                 "restore");
  run.say("restore b" + std::to_string(backup) + (with_old ? " with the old store" : " alone") +
          (with == RestoreWith::kRotatedKeys ? ", keys retired" : ""));
  if (with_old) {
    run.model.restore_with_old(run.backups[backup].state);
  } else {
    run.model.restore_without_old(run.backups[backup].state);
    run.copies.clear();  // they are of another store now
  }
  if (with == RestoreWith::kRotatedKeys) run.model.retire_all_keys();
  ++run.writes;
  run.is_young = false;
  run.world.open();
  run.read_active_keys();
}

void restore_with_old(Run& run, Random& random) {
  const auto backup = choose(run, random, run.model.state.backups);
  if (backup)
    restore(run, *backup, random.one_in(6) ? RestoreWith::kRotatedKeys : RestoreWith::kAcceptedLostRevocations, true);
}

std::vector<Index> all_backups(const Run& run) {
  std::vector<Index> all;
  for (Index i = 0; i < run.backups.size(); ++i) all.push_back(i);
  return all;
}

void restore_alone(Run& run, Random& random) {
  const auto backup = choose(run, random, all_backups(run));
  if (backup)
    restore(run, *backup, random.one_in(4) ? RestoreWith::kRotatedKeys : RestoreWith::kAcceptedLostRevocations, false);
}

void reopen(Run& run, Random&) {
  run.world.close();
  run.world.open();
  run.say("reopen");
}

void copy_store(Run& run, Random&) {
  const fs::path file = run.world.new_file("copy");
  run_sql(run.world.file(), "VACUUM INTO '" + file.native() + "'");
  run.say("copy c" + std::to_string(run.copies.size()));
  run.copies.push_back({file, run.model.state, run.writes});
  run.is_young = false;
}

// Somebody puts an older copy in the store's place, under a daemon that knows better; and the newer one back.
void put_copy_in_place(Run& run, Random& random) {
  if (run.world.daemon().is_reloading() || run.copies.empty()) return;
  const Index index = random.below(run.copies.size());
  const Kept& copy = run.copies[index];
  run.look(true);
  run.slot_states = {run.model.state};
  run.say("copy c" + std::to_string(index) + " in the store's place");
  run.world.close();
  const fs::path away = run.world.move_away();
  fs::copy_file(copy.file, run.world.file());
  const bool looked = run.world.daemon().look(random.one_in(2));
  if (copy.writes != run.writes) {
    demand(!looked, "the daemon takes an older copy for the store");
    demand(run.world.daemon().judge() == nullptr, "the daemon judges, where an older copy is in the store's place");
    if (opens(run, copy.state)) {
      // Not even when it is written to, as often as the newer one was.
      run.world.open();
      for (std::uint64_t i = random.below(run.writes + 2); i > 0; --i) {
        (void)value_of(remember_time(run.world.store(), run.now), "remember the time");
      }
      run.world.close();
      demand(!run.world.daemon().look(random.one_in(2)),
             "the daemon takes an older copy that was written to for the store");
    }
  }
  check_slot(run);
  run.world.remove();
  run.world.put_back(away);
  run.look(true);
  run.world.open();
}

// The store was of version 3 until now, and perhaps that had forgotten what it took for long over.
void come_from_version_3(Run& run, Random& random) {
  if (!run.is_young) return;
  run.is_young = false;
  run.world.close();
  run.world.stop_daemon();
  std::string statements;
  for (const auto& [token, end] : run.model.state.seen) {
    if (end) {
      statements += "UPDATE tokens SET not_after = " + std::to_string(*end) + " WHERE id = '" +
                    to_string(run.model.tokens[token].id) + "';";
    }
  }
  if (random.one_in(2)) {
    constexpr std::int64_t kPruneAfter = 30 * 24 * 60 * 60;
    const std::string over = "not_after <= " + std::to_string(run.now - kPruneAfter) + ";";
    statements += "DELETE FROM revocations WHERE id IN (SELECT id FROM tokens WHERE " +
                  over.substr(0, over.size() - 1) + "); DELETE FROM tokens WHERE " + over;
    run.model.prune_as_version_3(run.now - kPruneAfter);
  }
  run_sql(run.world.file(), statements + support::kBackToVersion4 + support::kFromVersion4BackTo3);
  run.say("from version 3");
  run.world.open();
  run.world.start_daemon();
  run.slot_time = 0;
  run.has_looked = true;
}

}  // namespace

std::vector<Operation> store_operations() {
  return {{"backup", back_up, 6},
          {"restore with the old store", restore_with_old, 5},
          {"restore alone", restore_alone, 3},
          {"reopen", reopen, 2},
          {"copy", copy_store, 3},
          {"copy in place", put_copy_in_place, 3},
          {"from version 3", come_from_version_3, 3}};
}

}  // namespace revocation_test
