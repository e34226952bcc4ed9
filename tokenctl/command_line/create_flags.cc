#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

using libtoken::Profile;

void add_app(CLI::App& sub, Create& options, const char* help) {
  add_text(sub, "--app", options.app, help)->required();
}

void add_create(CLI::App& create, Profile profile, const char* help, ParsedCommand& found) {
  Create initial;
  initial.profile = profile;
  add_command(create, to_string(profile), help, found, initial, [profile](CLI::App& sub, Create& options) {
    CLI::Option* org = add_text(sub, "--org", options.org, "The organization: name or id");
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
             "90m, 48h, 7d, 2w, a time such as 2026-12-31T23:59:59Z, or never (default 90d)");
    add_text(sub, "--name", options.name, "Its name, which is kept in the store and not in the token");
    add_text(sub, "--for", options.holder, "Who holds it, which is kept in the store and not in the token");
  });
}

}  // namespace

void add_create_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* create = app.add_subcommand("create", "Make a token")->require_subcommand(1);
  add_create(*create, Profile::kOrg, "Everything in an organization", found);
  add_create(*create, Profile::kReadonly, "Reading in an organization", found);
  add_create(*create, Profile::kDeploy, "Everything on one app, and reading elsewhere in its organization", found);
  add_create(*create, Profile::kSsh, "A shell on the machines of one app", found);
  add_create(*create, Profile::kMachineExec, "Running these commands on the machines of one app", found);
  add_create(*create, Profile::kWireguard, "The WireGuard peers of an organization, and reading in it", found);
}

}  // namespace tokenctl
