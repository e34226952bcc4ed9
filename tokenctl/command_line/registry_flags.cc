#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

constexpr const char* kNewName = "The name: a-z, 0-9 and -, starting with a letter";
constexpr const char* kNewAppName = "The name, which no other app of any organization may have";

void add_orgs_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* orgs = app.add_subcommand("orgs", "Organizations")->require_subcommand(1);
  add_command(*orgs, "create", "Make an organization and its root key", found, OrgsCreate{},
              [](CLI::App& sub, OrgsCreate& options) {
                add_required(sub, "name", options.name, kNewName);
                add_text(sub, "--id", options.id, "The id (default: the next free one)");
              });
  add_command(*orgs, "list", "List organizations", found, OrgsList{}, [](CLI::App&, OrgsList&) {});
  add_command(*orgs, "show", "Show one organization", found, OrgsShow{},
              [](CLI::App& sub, OrgsShow& options) { add_required(sub, "org", options.org, "Its name or id"); });
  add_command(*orgs, "rename", "Rename an organization; its tokens stay valid", found, OrgsRename{},
              [](CLI::App& sub, OrgsRename& options) {
                add_required(sub, "org", options.org, "Its name or id");
                add_required(sub, "new-name", options.name, kNewName);
              });
  add_command(*orgs, "delete", "Delete an organization with its apps, keys and tokens; cannot be undone", found,
              OrgsDelete{}, [](CLI::App& sub, OrgsDelete& options) {
                add_required(sub, "org", options.org, "Its name or id");
                sub.add_flag("--yes", options.yes, kYes);
              });
}

void add_apps_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* apps = app.add_subcommand("apps", "Apps of organizations")->require_subcommand(1);
  add_command(*apps, "create", "Make an app of an organization", found, AppsCreate{},
              [](CLI::App& sub, AppsCreate& options) {
                add_required(sub, "name", options.name, kNewAppName);
                add_required(sub, "--org", options.org, "The organization it belongs to: name or id");
                add_text(sub, "--id", options.id, "The id (default: the next free one)");
              });
  add_command(*apps, "list", "List apps", found, AppsList{},
              [](CLI::App& sub, AppsList& options) { add_text(sub, "--org", options.org, kOfOrg); });
  add_command(*apps, "rename", "Rename an app; its tokens stay valid", found, AppsRename{},
              [](CLI::App& sub, AppsRename& options) {
                add_required(sub, "app", options.app, "Its name or id");
                add_required(sub, "new-name", options.name, kNewAppName);
              });
  add_command(*apps, "delete", "Delete an app and end the tokens made for it; cannot be undone", found, AppsDelete{},
              [](CLI::App& sub, AppsDelete& options) {
                add_required(sub, "app", options.app, "Its name or id");
                sub.add_flag("--yes", options.yes, kYes);
              });
}

void add_keys_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* keys = app.add_subcommand("keys", "Root keys, one or more for each organization")->require_subcommand(1);
  add_command(*keys, "list", "List root keys, without the keys themselves", found, KeysList{},
              [](CLI::App& sub, KeysList& options) { add_text(sub, "--org", options.org, kOfOrg); });
  add_command(*keys, "rotate", "Make a new root key; the old one verifies until it is retired", found, KeysRotate{},
              [](CLI::App& sub, KeysRotate& options) {
                add_required(sub, "--org", options.org, "The organization: name or id");
              });
  add_command(*keys, "retire", "End a root key, the tokens that it signed, and the tokens that were made with those",
              found, KeysRetire{}, [](CLI::App& sub, KeysRetire& options) {
                add_required(sub, "kid", options.kid, "The key's id, as keys list shows it");
                sub.add_flag("--yes", options.yes, kYes);
              });
  add_command(*keys, "rewrap", "Make a new key-encryption key and seal every root key with it", found, KeysRewrap{},
              [](CLI::App& sub, KeysRewrap& options) {
                sub.add_flag("--forget-old", options.forget_old,
                             "Remove the old ones from the key file; older backups can then no longer be opened");
              });
}

}  // namespace

void add_registry_commands(CLI::App& app, ParsedCommand& found) {
  add_orgs_commands(app, found);
  add_apps_commands(app, found);
  add_keys_commands(app, found);
}

}  // namespace tokenctl
