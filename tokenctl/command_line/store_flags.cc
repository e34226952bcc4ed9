#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {

void add_store_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* store = app.add_subcommand("store", "The store and its key-encryption key")->require_subcommand(1);
  add_command(*store, "init", "Make a new store; never overwrites a file", found, StoreInit{},
              [](CLI::App& sub, StoreInit& options) {
                add_text(sub, "--location", options.location,
                         "URL that is written into every token and cannot be changed later");
              });
  add_command(*store, "check", "Check that the store is intact and that every key can be opened", found, StoreCheck{},
              [](CLI::App&, StoreCheck&) {});
  add_command(*store, "backup", "Copy the store into a new file while it is in use", found, StoreBackup{},
              [](CLI::App& sub, StoreBackup& options) { add_required(sub, "file", options.file, "The new file"); });
  add_command(*store, "restore", "Make the store from a backup; never overwrites a store", found, StoreRestore{},
              [](CLI::App& sub, StoreRestore& options) {
                add_required(sub, "file", options.file, "The backup");
                add_text(sub, "--old-store", options.old_store,
                         "The store that the backup replaces, moved away together with its -wal and -shm files "
                         "(FILE-wal, FILE-shm); tokens revoked in it stay revoked");
                CLI::Option* rotate = sub.add_flag("--rotate-keys", options.rotate_keys,
                                                   "Make new root keys, which ends all older tokens");
                sub.add_flag("--accept-lost-revocations", options.accept_lost_revocations,
                             "Accept that tokens revoked since the backup become valid again")
                    ->excludes(rotate);
                sub.add_flag("--yes", options.yes, kYes);
              });
  add_command(*store, "prune",
              "Delete the records of tokens that ended at least 30 days ago; a record stays while that of a token made "
              "with it stays",
              found, StorePrune{}, [](CLI::App&, StorePrune&) {});
}

}  // namespace tokenctl
