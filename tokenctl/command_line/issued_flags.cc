#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {

void add_issued_commands(CLI::App& app, ParsedCommand& found) {
  add_command(app, "list", "List the tokens that were made; without flags only live ones",
              {"list --org arcadia-prod --expiring 7d", "list --for kim@example.com --expired --revoked"}, found,
              List{},
              [](CLI::App& sub, List& options) {
                add_text(sub, "--org", options.org, kOfOrg);
                add_text(sub, "--app", options.app, "Only of this app: name or id");
                add_text(sub, "--name", options.name, "Only with this name");
                add_text(sub, "--for", options.holder, "Only of this holder");
                add_text(sub, "--profile", options.profile,
                         "Only of this profile: org, readonly, deploy, ssh, machine-exec or wireguard");
                sub.add_flag("--expired", options.expired, "Also expired ones");
                sub.add_flag("--revoked", options.revoked, "Also those that are revoked or whose key is retired");
                add_text(sub, "--expiring", options.expiring, "Only live ones that end within this time: 7d, 48h");
                add_text(sub, "--unused", options.unused,
                         "Only those that were never used, or not since then: 90d, 2026-12-31");
                add_text(sub, "--made-by", options.made_by,
                         "Only those that this person made, or that were made with the token of this id");
                add_text(sub, "--sort", options.sort, "By created, name, for, expires or last_used (default created)");
                sub.add_flag("--reverse", options.reverse, "The other way round");
                sub.add_flag("--csv", options.csv, "Answer in CSV");
              })
      ->group(kIssued);
  add_command(app, "revoke", "Revoke tokens for good, with all their copies and every token made with them",
              {"revoke --for kim@example.com", "revoke 67a18dba-761b-5281-be62-275744f1eb41"}, found, Revoke{},
              [](CLI::App& sub, Revoke& options) {
                add_words(sub, "ID", options.ids, "Ids of tokens");
                sub.add_flag("--even-unknown", options.even_unknown, "Also ids that are in no record");
                add_token_flags(sub, options.token, kElseStdin);
                sub.add_flag("--self", options.self,
                             "With --server: the token that is given ends itself, and needs no other right for it");
                add_text(sub, "--name", options.name, "All tokens with this name");
                add_text(sub, "--for", options.holder, "All tokens of this holder");
                add_text(sub, "--org", options.org, "With --name or --for: only of this org");
              })
      ->group(kIssued);
  add_command(
      app, "audit",
      "List what was done, by whom and when: tokens made and revoked; keys rotated, retired and rewrapped; orgs and "
      "apps made, renamed and deleted; prunes and restores; and what was refused",
      {"audit --since 24h --org arcadia-prod", "audit --json"}, found, Audit{},
      [](CLI::App& sub, Audit& options) {
        add_text(sub, "--since", options.since, "Only since then: 24h, 7d, or a time such as 2026-12-31T23:59:59Z");
        add_text(sub, "--org", options.org, "Only of this org: name or id; for a deleted one its id");
      })
      ->group(kStore);
  add_command(app, "whoami", "Ask the server about the token of --as-file",
              {"whoami --server https://tokens.example.com --as-file admin.token",
               "whoami --server https://tokens.example.com --as-file admin.token --json"},
              found, WhoAmI{}, [](CLI::App&, WhoAmI&) {})
      ->group(kIssued);
}

}  // namespace tokenctl
