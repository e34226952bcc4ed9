#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command_line/commands.h"

// Only the .cc files of command_line/ include this: CLI11 is a slow header.

namespace tokenctl {

/// The longest value of a flag.
inline constexpr std::size_t kMaxValueBytes = std::size_t{64} * 1024;

/// The command that was read. A subcommand sets it when all of its flags were read.
using ParsedCommand = std::optional<Command>;

/// Adds a flag or, without dashes, an argument that is given at most once. Its value has 1 to kMaxValueBytes bytes.
CLI::Option* add_text(CLI::App& app, const char* name, std::optional<std::string>& value, const char* help);
/// The same for one that is required.
CLI::Option* add_required(CLI::App& app, const char* name, std::string& value, const char* help);
/// The same for a flag that may be repeated, with one value each time.
CLI::Option* add_repeatable(CLI::App& app, const char* name, std::vector<std::string>& values, const char* help);

/// Adds the list of all remaining arguments.
CLI::Option* add_words(CLI::App& app, const char* name, std::vector<std::string>& words, const char* help);

// Help texts of several commands.
inline constexpr const char* kOfOrg = "Only of this org: name or id";
inline constexpr const char* kYes = "Do not ask for confirmation";

/// Where a token comes from without a flag.
inline constexpr const char* kElseStdinOrVariable = "else from standard input, TOKENCTL_TOKEN or FLY_API_TOKEN";
inline constexpr const char* kElseStdin = "else from standard input; no variable is used";
/// --token-file and -t.
void add_token_flags(CLI::App& app, TokenFlags& token, const char* otherwise = kElseStdinOrVariable);

/// Two command lines, without `tokenctl`, that the help of a command ends with. A test runs them.
struct Examples {
  const char* first;
  const char* second;
};

/// Which of the flags of all commands say something to one of them, besides --json.
struct SharedFlags {
  bool store = false;   ///< --store, --kek-file
  bool server = false;  ///< --server, --as-file
  bool wide = false;
};
template <class T>
constexpr SharedFlags shared_flags_of() noexcept {
  return {kNeedsStore<T> || kLooksUpNames<T> || (kDaemonCanDo<T> && !kNeedsServer<T>), kDaemonCanDo<T>, kLaysOut<T>};
}

/// What the help of a command ends with.
[[nodiscard]] std::string help_end(const SharedFlags& shared, const Examples& examples);

/// Adds a subcommand that has subcommands itself.
CLI::App* add_group(CLI::App& app, const char* name, const char* help, const Examples& examples);

/// Adds a subcommand. `declare(subcommand, options)` adds its flags, whose values become members of a T.
template <class T, class Declare>
CLI::App* add_command(CLI::App& app, const char* name, const char* help, const Examples& examples, ParsedCommand& found,
                      T initial, Declare declare) {
  CLI::App* sub = app.add_subcommand(name, help);
  const auto options = std::make_shared<T>(std::move(initial));
  declare(*sub, *options);
  sub->footer(help_end(shared_flags_of<T>(), examples))->group("Commands");
  sub->final_callback([options, &found] { found = *options; });
  return sub;
}

/// The headings of the top help, under which commands stand.
inline constexpr const char* kTokens = "Tokens";
inline constexpr const char* kIssued = "Issued tokens";
inline constexpr const char* kRegistry = "Orgs, apps and keys";
inline constexpr const char* kStore = "The store";

/// store and its subcommands.
void add_store_commands(CLI::App& app, ParsedCommand& found);
/// orgs, apps, keys.
void add_registry_commands(CLI::App& app, ParsedCommand& found);
/// list, revoke, audit, whoami.
void add_issued_commands(CLI::App& app, ParsedCommand& found);
/// create and its profiles.
void add_create_commands(CLI::App& app, ParsedCommand& found);
/// inspect, attenuate, verify, can.
void add_token_commands(CLI::App& app, ParsedCommand& found);
/// third-party and its subcommands.
void add_third_party_commands(CLI::App& app, ParsedCommand& found);

}  // namespace tokenctl
