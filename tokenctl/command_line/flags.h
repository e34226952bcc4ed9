#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "command_line/commands.h"

// Only the .cc files of command_line/ include this: CLI11 is a slow header.

namespace tokenctl {

/// No flag's value is longer.
inline constexpr std::size_t kMaxValueBytes = std::size_t{64} * 1024;

/// What command the parser has found: each subcommand fills this in when it is complete.
using ParsedCommand = std::optional<Command>;

/// A flag or, without dashes, an argument that takes one text, at most once; it is neither empty nor huge.
CLI::Option* add_text(CLI::App& app, const char* name, std::optional<std::string>& value, const char* help);
/// The same for one that has to be there.
CLI::Option* add_required(CLI::App& app, const char* name, std::string& value, const char* help);
/// The same for one that may be repeated, one value each time.
CLI::Option* add_repeatable(CLI::App& app, const char* name, std::vector<std::string>& values, const char* help);

/// All the arguments that are left, as they are.
CLI::Option* add_words(CLI::App& app, const char* name, std::vector<std::string>& words, const char* help);

// Help texts of several commands.
inline constexpr const char* kOfOrg = "Of this organization alone: name or id";
inline constexpr const char* kYes = "Do it without asking";

/// Where a token comes from if no flag says so.
inline constexpr const char* kElseEnvironment = "else from standard input, TOKENCTL_TOKEN or FLY_API_TOKEN";
inline constexpr const char* kElseStdin = "else from standard input, and from no variable";
/// --token-file and -t.
void add_token_flags(CLI::App& app, TokenFlags& token, const char* otherwise = kElseEnvironment);

/// Adds a subcommand whose options are members of a T: `declare(subcommand, options)`.
template <class T, class Declare>
void add_command(CLI::App& app, const char* name, const char* help, ParsedCommand& found, T initial, Declare declare) {
  CLI::App* sub = app.add_subcommand(name, help);
  const auto options = std::make_shared<T>(std::move(initial));
  declare(*sub, *options);
  sub->final_callback([options, &found] { found = *options; });
}

/// store and what is under it.
void add_store_commands(CLI::App& app, ParsedCommand& found);
/// orgs, apps, keys.
void add_registry_commands(CLI::App& app, ParsedCommand& found);
/// list, revoke, audit, whoami.
void add_issued_commands(CLI::App& app, ParsedCommand& found);
/// create and its profiles.
void add_create_commands(CLI::App& app, ParsedCommand& found);
/// inspect, attenuate, verify, can.
void add_token_commands(CLI::App& app, ParsedCommand& found);
/// third-party and what is under it.
void add_third_party_commands(CLI::App& app, ParsedCommand& found);

}  // namespace tokenctl
