#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {

void add_issued_commands(CLI::App& app, ParsedCommand& found) {
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
