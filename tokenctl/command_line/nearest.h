#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tokenctl {

/// What somebody may have meant by a word that is no command of `app`: one of its commands with a similar name or the
/// same meaning, else one of its commands' commands, as `store backup`.
[[nodiscard]] std::vector<std::string> nearest_commands(const CLI::App& app, std::string_view typed);

/// The flags, of the command that was found and of all commands, that somebody may have meant by `--typed` or
/// `--typed=value`: at most three, with a similar name or the same meaning. `has_value`: it was given a value.
[[nodiscard]] std::vector<std::string> nearest_flags(const CLI::App& app, std::string_view typed, bool has_value);

}  // namespace tokenctl
