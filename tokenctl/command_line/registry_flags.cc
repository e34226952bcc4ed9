#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

constexpr const char* kNewName = "The name: a-z, 0-9 and -, starting with a letter";
constexpr const char* kNewAppName = "The name, which no other app of any org may have";

void add_orgs_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* orgs = add_group(app, "orgs", "Orgs (orgs)", {"orgs list", "orgs create arcadia-test"});
  orgs->group(kRegistry);
  add_command(*orgs, "create", "Make an org and its root key",
              {"orgs create arcadia-test", "orgs create arcadia-lab --id 12"}, found, OrgsCreate{},
              [](CLI::App& sub, OrgsCreate& options) {
                add_required(sub, "name", options.name, kNewName);
                add_text(sub, "--id", options.id, "The id (default: the next free one)");
              });
  add_command(*orgs, "list", "List orgs", {"orgs list", "orgs list --json"}, found, OrgsList{},
              [](CLI::App&, OrgsList&) {});
  add_command(*orgs, "show", "Show one org", {"orgs show arcadia-prod", "orgs show 2 --json"}, found, OrgsShow{},
              [](CLI::App& sub, OrgsShow& options) { add_required(sub, "org", options.org, "Its name or id"); });
  add_command(*orgs, "rename", "Rename an org; its tokens stay valid",
              {"orgs rename arcadia-dev arcadia-test", "orgs rename 2 arcadia-live"}, found, OrgsRename{},
              [](CLI::App& sub, OrgsRename& options) {
                add_required(sub, "org", options.org, "Its name or id");
                add_required(sub, "new-name", options.name, kNewName);
              });
  add_command(*orgs, "delete", "Delete an org with its apps, keys and tokens; cannot be undone",
              {"orgs delete arcadia-dev --yes", "orgs delete 2 --yes"}, found, OrgsDelete{},
              [](CLI::App& sub, OrgsDelete& options) {
                add_required(sub, "org", options.org, "Its name or id");
                sub.add_flag("--yes", options.yes, kYes);
              });
}

void add_apps_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* apps =
      add_group(app, "apps", "Apps of orgs", {"apps list", "apps create arcadia-prod-web --org arcadia-prod"});
  apps->group(kRegistry);
  add_command(*apps, "create", "Make an app of an org",
              {"apps create arcadia-prod-web --org arcadia-prod", "apps create arcadia-dev-web --org 1 --id 20"}, found,
              AppsCreate{}, [](CLI::App& sub, AppsCreate& options) {
                add_required(sub, "name", options.name, kNewAppName);
                add_required(sub, "--org", options.org, "The org it belongs to: name or id");
                add_text(sub, "--id", options.id, "The id (default: the next free one)");
              });
  add_command(*apps, "list", "List apps", {"apps list", "apps list --org arcadia-prod"}, found, AppsList{},
              [](CLI::App& sub, AppsList& options) { add_text(sub, "--org", options.org, kOfOrg); });
  add_command(*apps, "rename", "Rename an app; its tokens stay valid",
              {"apps rename arcadia-prod-api arcadia-prod-web", "apps rename 1 arcadia-dev-web"}, found, AppsRename{},
              [](CLI::App& sub, AppsRename& options) {
                add_required(sub, "app", options.app, "Its name or id");
                add_required(sub, "new-name", options.name, kNewAppName);
              });
  add_command(*apps, "delete", "Delete an app and end the tokens made for it; cannot be undone",
              {"apps delete arcadia-dev-api --yes", "apps delete 2 --yes"}, found, AppsDelete{},
              [](CLI::App& sub, AppsDelete& options) {
                add_required(sub, "app", options.app, "Its name or id");
                sub.add_flag("--yes", options.yes, kYes);
              });
}

void add_keys_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* keys =
      add_group(app, "keys", "Root keys, one or more for each org", {"keys list", "keys rotate --org arcadia-prod"});
  keys->group(kRegistry);
  add_command(*keys, "list", "List root keys, without the keys themselves",
              {"keys list", "keys list --org arcadia-prod"}, found, KeysList{},
              [](CLI::App& sub, KeysList& options) { add_text(sub, "--org", options.org, kOfOrg); });
  add_command(
      *keys, "rotate", "Make a new root key; the old one verifies until it is retired",
      {"keys rotate --org arcadia-prod", "keys rotate --org 1"}, found, KeysRotate{},
      [](CLI::App& sub, KeysRotate& options) { add_required(sub, "--org", options.org, "The org: name or id"); });
  add_command(*keys, "retire", "End a root key, the tokens that it signed, and the tokens that were made with those",
              {"keys retire 80381ceb2e01b96cc8da30f34bfc1f37 --yes",
               "keys retire 80381ceb2e01b96cc8da30f34bfc1f37 --yes --json"},
              found, KeysRetire{}, [](CLI::App& sub, KeysRetire& options) {
                add_required(sub, "kid", options.kid, "The key's id, as keys list shows it");
                sub.add_flag("--yes", options.yes, kYes);
              });
  add_command(*keys, "rewrap", "Make a new key-encryption key and seal every root key with it",
              {"keys rewrap", "keys rewrap --forget-old"}, found, KeysRewrap{}, [](CLI::App& sub, KeysRewrap& options) {
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
