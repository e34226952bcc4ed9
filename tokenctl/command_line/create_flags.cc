#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

using libtoken::Profile;

void add_app(CLI::App& sub, Create& options, const char* help) {
  add_text(sub, "--app", options.app, help)->required();
}

void add_create(CLI::App& create, Profile profile, const char* help, const Examples& examples, ParsedCommand& found) {
  Create initial;
  initial.profile = profile;
  add_command(create, to_string(profile), help, examples, found, initial, [profile](CLI::App& sub, Create& options) {
    CLI::Option* org = add_text(sub, "--org", options.org, "The org: name or id");
    switch (profile) {
      case Profile::kOrg:
        org->required();
        add_text(sub, "--role", options.role, "member or admin (default admin)");
        break;
      case Profile::kReadonly:
      case Profile::kWireguard: org->required(); break;
      case Profile::kDeploy: add_app(sub, options, "The app to deploy: name or id"); break;
      case Profile::kSsh: add_app(sub, options, "The app whose machines to reach: name or id"); break;
      case Profile::kMachineExec:
        add_app(sub, options, "The app on whose machines the commands run: name or id");
        add_repeatable(sub, "--command", options.commands, "Exactly this command, split at spaces (repeatable)");
        add_repeatable(sub, "--command-prefix", options.command_prefixes,
                       "Any command that begins with these words, split at spaces (repeatable)");
        add_words(sub, "CMD", options.command_words,
                  "Exactly this command, each word one argument; put -- before it if a word begins with a dash");
        break;
    }
    add_text(sub, "--expiry", options.expiry,
             "48h, 8h30m, 7d, 2w, 1y, 2026-12-31 (the end of that day, UTC), a time such as 2026-12-31T23:59:59Z, or "
             "never (default 90d)");
    add_text(sub, "--name", options.name, "Its name, which is kept in the store and not in the token");
    add_text(sub, "--for", options.holder, "Who holds it, which is kept in the store and not in the token");
  });
}

}  // namespace

void add_create_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* create = add_group(app, "create", "Make a token",
                               {"create readonly --org arcadia-prod --expiry 48h --for kim@example.com",
                                "create deploy --app arcadia-prod-api --name ci"});
  create->group(kTokens);
  add_create(*create, Profile::kOrg, "Everything in an org",
             {"create org --org arcadia-prod --name automation",
              "create org --org arcadia-prod --role member --for kim@example.com"},
             found);
  add_create(*create, Profile::kReadonly, "Reading in an org",
             {"create readonly --org arcadia-prod --expiry 48h --for kim@example.com",
              "create readonly --org 2 --expiry 2099-12-31"},
             found);
  add_create(
      *create, Profile::kDeploy,
      "Everything on one app and with the features builder and wg; of its org it may read what is neither app nor "
      "feature",
      {"create deploy --app arcadia-prod-api --name ci", "create deploy --app 2 --expiry 1y >ci.token"}, found);
  add_create(*create, Profile::kSsh, "A shell on the machines of one app",
             {"create ssh --app arcadia-prod-api --expiry 1h",
              "create ssh --app arcadia-prod-api --expiry 8h30m --for kim@example.com >ssh.token"},
             found);
  add_create(*create, Profile::kMachineExec, "Running these commands on the machines of one app",
             {"create machine-exec --app arcadia-prod-api -- systemctl status",
              "create machine-exec --app arcadia-prod-api --command-prefix 'tail app.log'"},
             found);
  add_create(*create, Profile::kWireguard, "The WireGuard peers of an org; it may read what is neither app nor feature",
             {"create wireguard --org arcadia-prod", "create wireguard --org arcadia-prod --name vpn --expiry 30d"},
             found);
}

}  // namespace tokenctl
