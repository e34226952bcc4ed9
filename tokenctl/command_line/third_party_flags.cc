#include <CLI/CLI.hpp>

#include "command_line/flags.h"

namespace tokenctl {
namespace {

void add_secret_file(CLI::App& sub, std::optional<std::string>& secret_file) {
  add_text(sub, "--secret-file", secret_file,
           "File with the key shared with the third party, base64 (else TOKEN_3P_SHARED_SECRET)");
}

void add_discharge(CLI::App& third_party, ParsedCommand& found) {
  add_command(
      third_party, "discharge", "Act as the third party: open a ticket and make its discharge; offline",
      {"3p discharge --token-file kim3p.token --location https://auth.example.com --secret-file auth.secret --expiry "
       "1h",
       "3p discharge --token-file kim3p.token --location https://auth.example.com --secret-file auth.secret --bind "
       ">discharge"},
      found, ThirdPartyDischarge{}, [](CLI::App& sub, ThirdPartyDischarge& options) {
        add_token_flags(sub, options.token);
        add_required(sub, "--location", options.location, "The third party's URL, as the token has it");
        add_text(sub, "--ticket", options.ticket, "The ticket, base64 (else the token's only one for the location)");
        add_secret_file(sub, options.secret_file);
        add_text(sub, "--expiry", options.expiry, "When the discharge ends: 90m, 48h, 7d, 2026-12-31, a time or never");
        add_text(sub, "-f", options.caveats_file,
                 "Caveats and attestations for the discharge as JSON; - for standard input");
        add_text(sub, "--user", options.user, "The holder is the user with this id");
        add_repeatable(sub, "--organization", options.organizations,
                       "The holder belongs to the org with this id (repeatable)");
        add_repeatable(sub, "--google-hd", options.google_domains,
                       "The holder has a Google account of this hosted domain (repeatable)");
        add_repeatable(sub, "--github-org", options.github_organizations,
                       "The holder has a GitHub account in the org with this id (repeatable)");
        sub.add_flag("--unchecked", options.unchecked,
                     "Make the discharge even if the flags do not satisfy what the ticket asks");
        sub.add_flag("--bind", options.bind, "Bind the discharge to this token and its narrowed copies");
      });
}

}  // namespace

void add_third_party_commands(CLI::App& app, ParsedCommand& found) {
  CLI::App* third_party = add_group(app, "third-party", "Caveats that need a discharge from a third party",
                                    {"3p tickets --token-file kim3p.token", "3p keygen --out new.secret"});
  third_party->alias("3p")->group(kTokens);
  add_command(
      *third_party, "add", "Add a caveat that needs a discharge from a third party; offline",
      {"3p add --token-file kim.token --location https://auth.example.com --secret-file auth.secret",
       "3p add --token-file kim.token --location https://auth.example.com --secret-file auth.secret -f checks.json"},
      found, ThirdPartyAdd{}, [](CLI::App& sub, ThirdPartyAdd& options) {
        add_token_flags(sub, options.token);
        add_required(sub, "--location", options.location, "The third party's URL");
        add_secret_file(sub, options.secret_file);
        add_text(sub, "-f", options.caveats_file,
                 "Caveats for the third party to check as JSON, one or a list; - for standard input");
      });
  add_command(*third_party, "tickets", "List the third-party caveats of a token and their discharges; offline",
              {"3p tickets --token-file kim3p.token", "3p tickets --token-file kim3p.token --json"}, found,
              ThirdPartyTickets{},
              [](CLI::App& sub, ThirdPartyTickets& options) { add_token_flags(sub, options.token); });
  add_discharge(*third_party, found);
  add_command(*third_party, "attach", "Add discharges to a token; offline",
              {"3p attach --token-file kim3p.token --discharge-file discharge",
               "3p attach --token-file kim3p.token --discharge-file - <discharge"},
              found, ThirdPartyAttach{}, [](CLI::App& sub, ThirdPartyAttach& options) {
                add_token_flags(sub, options.token);
                add_required(sub, "--discharge-file", options.discharge_file,
                             "File with the discharges, - for standard input");
              });
  add_command(*third_party, "fetch", "Ask each third party for the missing discharge, over HTTPS",
              {"3p fetch --token-file kim3p.token --allow-http-loopback >whole.token",
               "3p fetch --token-file kim3p.token --timeout 1m --poll-interval 500ms --allow-http-loopback"},
              found, ThirdPartyFetch{}, [](CLI::App& sub, ThirdPartyFetch& options) {
                add_token_flags(sub, options.token);
                add_text(sub, "--timeout", options.timeout, "How long to wait for all of them: 30s, 5m (default 5m)");
                add_text(sub, "--poll-interval", options.poll_interval,
                         "How long to wait between two requests: 500ms, 5s (default 1s, growing to 5s)");
                sub.add_flag("--allow-http-loopback", options.allow_http_loopback, "Allow plain HTTP to this machine");
              });
  add_command(*third_party, "keygen", "Make a key to share with a third party",
              {"3p keygen --out new.secret", "3p keygen >new.secret.txt"}, found, ThirdPartyKeygen{},
              [](CLI::App& sub, ThirdPartyKeygen& options) {
                add_text(sub, "--out", options.out, "Write it to this new file instead of standard output");
              });
}

}  // namespace tokenctl
