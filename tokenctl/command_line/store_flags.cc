#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {

void add_store_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* store = app.add_subcommand("store", "The store and its key-encryption key")->require_subcommand(1);
  add_command(*store, "init", "Make a new store; never overwrites", found, StoreInit{},
              [](CLI::App& sub, StoreInit& options) {
                add_text(sub, "--location", options.location, "URL that stands in every token, for good");
              });
  add_command(*store, "check", "Look whether the store is whole and every key opens", found, StoreCheck{},
              [](CLI::App&, StoreCheck&) {});
  add_command(*store, "backup", "Copy the store into a new file, while it is in use", found, StoreBackup{},
              [](CLI::App& sub, StoreBackup& options) { add_required(sub, "file", options.file, "The new file"); });
  add_command(*store, "restore", "Make the store of a backup; never overwrites", found, StoreRestore{},
              [](CLI::App& sub, StoreRestore& options) {
                add_required(sub, "file", options.file, "The backup");
                add_text(sub, "--old-store", options.old_store, "The store that the backup replaces, moved away with its -wal and -shm (FILE-wal, FILE-shm): what it has revoked stays revoked");
                CLI::Option* rotate =
                    sub.add_flag("--rotate-keys", options.rotate_keys, "New root keys: no token of before counts");
                sub.add_flag("--accept-lost-revocations", options.accept_lost_revocations,
                             "Tokens that were revoked since the backup count again")
                    ->excludes(rotate);
                sub.add_flag("--yes", options.yes, kYes);
              });
  add_command(*store, "prune", "Forget tokens that ended 30 days ago or earlier, and of which nothing lives that was made with them", found, StorePrune{},
              [](CLI::App&, StorePrune&) {});
}

}  // namespace tokenctl
