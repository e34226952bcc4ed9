#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

void add_access_flags(CLI::App& app, AccessOptions& access) {
  add_required(app, "--action", access.action,
               "What is done: read, write, create, delete, control, with commas, or all; or their letters rwcdC");
  add_text(app, "--org", access.org, "The org: name or id");
  add_text(app, "--app", access.app, "An app: name or id");
  add_text(app, "--feature", access.feature, "A feature of the org: wg, billing, …");
  add_text(app, "--storage-object", access.storage_object, "URL of a stored object");
  add_text(app, "--app-feature", access.app_feature, "A feature of the app");
  add_text(app, "--machine", access.machine, "A machine of the app");
  add_text(app, "--volume", access.volume, "A volume of the app");
  add_text(app, "--machine-feature", access.machine_feature, "A feature of the machine");
  add_text(app, "--command", access.command, "A command on the machine, split at spaces");
  add_repeatable(app, "--command-arg", access.command_args, "One argument of a command (repeatable)")
      ->excludes("--command");
  add_text(app, "--cluster", access.cluster, "A cluster of the feature litefs-cloud");
  add_text(app, "--mutation", access.mutation, "A named API mutation");
  add_text(app, "--source-machine", access.source_machine, "The machine that the request comes from");
  add_text(app, "--source-app", access.source_app, "The app that the request comes from");
  add_text(app, "--source-organization", access.source_organization, "The org that the request comes from");
  add_text(
      app, "--at", access.at,
      "The time to judge for: 2026-12-31 (the end of that day, UTC), 2026-12-31T23:59:59Z, @SECONDS, or 8h30m, 7d, 1y "
      "from now on (default now)");
}

}  // namespace

void add_token_flags(CLI::App& app, TokenFlags& token, const char* otherwise) {
  const std::string help = std::string("File with the token, - for standard input (") + otherwise + ")";
  add_text(app, "--token-file", token.file, help.c_str());
  add_text(app, "-t", token.text, "The token itself; others on this machine can see it");
}

void add_token_commands(CLI::App& app, ParsedCommand& found) {
  add_command(app, "inspect", "Show what a token allows, until when, and its caveats; offline",
              {"inspect --token-file ci.token", "inspect <ci.token"}, found, Inspect{},
              [](CLI::App& sub, Inspect& options) { add_token_flags(sub, options.token); })
      ->group(kTokens);

  add_command(
      app, "attenuate", "Narrow a token; offline",
      {"attenuate --token-file ci.token --read-only --expiry 1h",
       "attenuate --token-file ci.token --action read,write >narrow.token"},
      found, Attenuate{},
      [](CLI::App& sub, Attenuate& options) {
        add_token_flags(sub, options.token);
        add_text(sub, "-f", options.caveats_file, "Caveats as JSON, one or a list; - for standard input");
        sub.add_flag("--read-only", options.read_only, "Only reading");
        add_text(sub, "--org", options.org, "Only this org: name or id");
        add_repeatable(sub, "--app", options.apps,
                       "Only this app, as NAME or ID; NAME:MASK allows only the actions of MASK (repeatable)");
        add_repeatable(sub, "--feature", options.features, "Only this feature, as NAME or NAME:MASK (repeatable)");
        add_text(sub, "--action", options.action,
                 "Only these actions: read, write, create, delete, control, with commas; or their letters rwcdC");
        add_text(sub, "--command", options.command, "Only exactly this command, split at spaces");
        add_text(sub, "--expiry", options.expiry, "An earlier end: 90m, 48h, 8h30m, 7d, 1y, 2026-12-31 or a time");
      })
      ->group(kTokens);

  add_command(app, "verify", "Judge a token for an access by the store",
              {"verify --token-file kim.token --org arcadia-prod --action read",
               "verify --token-file ci.token --app arcadia-prod-api --action write --json"},
              found, Verify{},
              [](CLI::App& sub, Verify& options) {
                add_token_flags(sub, options.token);
                add_access_flags(sub, options.access);
              })
      ->group(kTokens);
  add_command(app, "can", "Judge a token for an access by its caveats only; offline, checks no signature",
              {"can --token-file kim.token --org 2 --action read",
               "can --token-file ci.token --app 2 --machine m1 --action control"},
              found, Can{},
              [](CLI::App& sub, Can& options) {
                add_token_flags(sub, options.token);
                add_access_flags(sub, options.access);
              })
      ->group(kTokens);
}

}  // namespace tokenctl
