#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {

void add_store_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* store =
      add_group(app, "store", "The store and its key-encryption key", {"store init", "store backup tuesday.backup"});
  store->group(kStore);
  add_command(*store, "init", "Make a new store; never overwrites a file",
              {"store init", "store init --store sqlite:staging.db --location https://tokens.example.com/v1"}, found,
              StoreInit{}, [](CLI::App& sub, StoreInit& options) {
                add_text(sub, "--location", options.location,
                         "URL that is written into every token and cannot be changed later");
              });
  add_command(*store, "check", "Check that the store is intact and that every key can be opened",
              {"store check", "store check --store sqlite:tokens.db --kek-file tokens.db.kek"}, found, StoreCheck{},
              [](CLI::App&, StoreCheck&) {});
  add_command(*store, "backup", "Copy the store into a new file while it is in use",
              {"store backup tuesday.backup", "store backup wednesday.backup --store sqlite:tokens.db"}, found,
              StoreBackup{},
              [](CLI::App& sub, StoreBackup& options) { add_required(sub, "file", options.file, "The new file"); });
  add_command(
      *store, "restore", "Make the store from a backup; never overwrites a store",
      {"store restore monday.backup --store sqlite:new.db --kek-file tokens.db.kek --old-store broken.db --yes",
       "store restore monday.backup --store sqlite:try.db --kek-file tokens.db.kek --accept-lost-revocations --yes"},
      found, StoreRestore{}, [](CLI::App& sub, StoreRestore& options) {
        add_required(sub, "file", options.file, "The backup");
        add_text(sub, "--old-store", options.old_store,
                 "The store that the backup replaces, moved away together with its -wal and -shm files "
                 "(FILE-wal, FILE-shm); tokens revoked in it stay revoked");
        CLI::Option* rotate =
            sub.add_flag("--rotate-keys", options.rotate_keys, "Make new root keys, which ends all older tokens");
        sub.add_flag("--accept-lost-revocations", options.accept_lost_revocations,
                     "Accept that tokens revoked since the backup become valid again")
            ->excludes(rotate);
        sub.add_flag("--yes", options.yes, kYes);
      });
  add_command(*store, "prune",
              "Delete the records of tokens that ended at least 30 days ago; a record stays while that of a token made "
              "with it stays",
              {"store prune", "store prune --json"}, found, StorePrune{}, [](CLI::App&, StorePrune&) {});
}

}  // namespace tokenctl
