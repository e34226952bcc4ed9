#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

constexpr const char* kNewName = "Its name: a-z, 0-9 and -, beginning with a letter";
constexpr const char* kOfOrg = "Of this organization alone: name or id";
constexpr const char* kYes = "Do it without asking";

void add_orgs_commands(CLI::App& app, Found& found) {
  CLI::App* orgs = app.add_subcommand("orgs", "Organizations")->require_subcommand(1);
  add_command(*orgs, "create", "Make an organization and its root key", found, OrgsCreate{},
              [](CLI::App& sub, OrgsCreate& options) {
                add_required(sub, "name", options.name, kNewName);
                add_text(sub, "--id", options.id, "Its id; the next free one unless given");
              });
  add_command(*orgs, "list", "List organizations", found, OrgsList{}, [](CLI::App&, OrgsList&) {});
  add_command(*orgs, "show", "Show one organization", found, OrgsShow{},
              [](CLI::App& sub, OrgsShow& options) { add_required(sub, "org", options.org, "Its name or id"); });
  add_command(*orgs, "rename", "Give an organization another name; its tokens stay good", found, OrgsRename{},
              [](CLI::App& sub, OrgsRename& options) {
                add_required(sub, "org", options.org, "Its name or id");
                add_required(sub, "new-name", options.name, kNewName);
              });
  add_command(*orgs, "delete", "Take an organization away, with its apps, keys and tokens, for good", found,
              OrgsDelete{}, [](CLI::App& sub, OrgsDelete& options) {
                add_required(sub, "org", options.org, "Its name or id");
                sub.add_flag("--yes", options.yes, kYes);
              });
}

void add_apps_commands(CLI::App& app, Found& found) {
  CLI::App* apps = app.add_subcommand("apps", "Apps of organizations")->require_subcommand(1);
  add_command(*apps, "create", "Make an app of an organization", found, AppsCreate{},
              [](CLI::App& sub, AppsCreate& options) {
                add_required(sub, "name", options.name, "Its name, which no app of any organization has");
                add_required(sub, "--org", options.org, "The organization it belongs to: name or id");
                add_text(sub, "--id", options.id, "Its id; the next free one unless given");
              });
  add_command(*apps, "list", "List apps", found, AppsList{},
              [](CLI::App& sub, AppsList& options) { add_text(sub, "--org", options.org, kOfOrg); });
  add_command(*apps, "rename", "Give an app another name; its tokens stay good", found, AppsRename{},
              [](CLI::App& sub, AppsRename& options) {
                add_required(sub, "app", options.app, "Its name or id");
                add_required(sub, "new-name", options.name, "Its name, which no app of any organization has");
              });
  add_command(*apps, "delete", "Take an app away, with the tokens that were made for it, for good", found, AppsDelete{},
              [](CLI::App& sub, AppsDelete& options) {
                add_required(sub, "app", options.app, "Its name or id");
                sub.add_flag("--yes", options.yes, kYes);
              });
}

void add_keys_commands(CLI::App& app, Found& found) {
  CLI::App* keys = app.add_subcommand("keys", "Root keys, one or more for each organization")->require_subcommand(1);
  add_command(*keys, "list", "List root keys, without the keys themselves", found, KeysList{},
              [](CLI::App& sub, KeysList& options) { add_text(sub, "--org", options.org, kOfOrg); });
  add_command(*keys, "rotate", "Make a new root key; the one before verifies until it is retired", found, KeysRotate{},
              [](CLI::App& sub, KeysRotate& options) {
                add_required(sub, "--org", options.org, "The organization: name or id");
              });
  add_command(*keys, "retire", "End a root key: what it signed, and what was made with that, is worth nothing any more", found, KeysRetire{},
              [](CLI::App& sub, KeysRetire& options) {
                add_required(sub, "kid", options.kid, "The key's id, as keys list shows it");
                sub.add_flag("--yes", options.yes, kYes);
              });
  add_command(*keys, "rewrap", "Make a new key-encryption key and seal every root key with it", found, KeysRewrap{},
              [](CLI::App& sub, KeysRewrap& options) {
                sub.add_flag("--forget-old", options.forget_old,
                             "Take the old ones out of the key file: older backups do not open any more");
              });
}

}  // namespace

void add_store_commands(CLI::App& app, Found& found) {
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

void add_registry_commands(CLI::App& app, Found& found) {
  add_orgs_commands(app, found);
  add_apps_commands(app, found);
  add_keys_commands(app, found);
}

void add_life_commands(CLI::App& app, Found& found) {
  add_command(app, "list", "List the tokens that were made, the live ones unless told", found, List{},
              [](CLI::App& sub, List& options) {
                add_text(sub, "--org", options.org, kOfOrg);
                add_text(sub, "--app", options.app, "Of this app alone: name or id");
                add_text(sub, "--name", options.name, "With this name alone");
                add_text(sub, "--for", options.holder, "Of this holder alone");
                add_text(sub, "--profile", options.profile,
                         "Of this profile alone: org, readonly, deploy, ssh, machine-exec or wireguard");
                sub.add_flag("--expired", options.expired, "With those that are over");
                sub.add_flag("--revoked", options.revoked, "With those that are revoked, or whose key is retired");
                add_text(sub, "--expiring", options.expiring, "Live ones alone that end within this time: 7d, 48h");
              });
  add_command(app, "revoke", "End tokens for good, with every copy of them and what was made with them", found,
              Revoke{}, [](CLI::App& sub, Revoke& options) {
                add_words(sub, "ID", options.ids, "Ids of tokens");
                add_token_flags(sub, options.token, kElseStdin);
                add_text(sub, "--name", options.name, "All that have this name");
                add_text(sub, "--for", options.holder, "All that this holder has");
                add_text(sub, "--org", options.org, "With --name or --for: of this organization alone");
              });
  add_command(
      app, "audit",
      "List what was done: every token made or revoked; every key rotated, retired or rewrapped; every organization "
      "and app made, renamed or deleted; every prune and restore; and what was refused",
      found, Audit{}, [](CLI::App& sub, Audit& options) {
        add_text(sub, "--since", options.since, "From then on: 24h, 7d, or a time such as 2026-12-31T23:59:59Z");
        add_text(sub, "--org", options.org, "Of this organization alone: name or id; one that is gone goes by its id");
      });
  add_command(app, "whoami", "Ask the server what the token is that --as-file names", found, WhoAmI{},
              [](CLI::App&, WhoAmI&) {});
}

}  // namespace tokenctl
