#include "command_line/nearest.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "authority/registry/labels.h"

namespace tokenctl {
namespace {

// Other words for what a command does.
struct Synonym {
  std::string_view typed;
  const char* command;
};
constexpr Synonym kSynonyms[] = {
    {"add", "create"},         {"new", "create"},    {"make", "create"},     {"mint", "create"},
    {"issue", "create"},       {"rm", "delete"},     {"remove", "delete"},   {"del", "delete"},
    {"rm", "revoke"},          {"delete", "revoke"}, {"remove", "revoke"},   {"ls", "list"},
    {"tokens", "list"},        {"mv", "rename"},     {"info", "show"},       {"get", "show"},
    {"describe", "show"},      {"show", "inspect"},  {"decode", "inspect"},  {"explain", "inspect"},
    {"describe", "inspect"},   {"check", "verify"},  {"validate", "verify"}, {"narrow", "attenuate"},
    {"restrict", "attenuate"}, {"log", "audit"},     {"logs", "audit"},      {"end", "retire"},
    {"roll", "rotate"},        {"me", "whoami"},
};

// Other words for what a flag says. Those that the command has are proposed.
struct FlagSynonym {
  std::string_view typed;
  const char* flag;
};
constexpr FlagSynonym kFlagSynonyms[] = {
    {"--expires", "--expiry"}, {"--expires", "--expiring"}, {"--ttl", "--expiry"},       {"--until", "--expiry"},
    {"--until", "--expiring"}, {"--duration", "--expiry"},  {"--lifetime", "--expiry"},  {"--valid", "--expiry"},
    {"--holder", "--for"},     {"--owner", "--for"},        {"--user", "--for"},         {"--email", "--for"},
    {"--label", "--name"},     {"--token", "--token-file"}, {"--file", "--token-file"},  {"--creator", "--made-by"},
    {"--maker", "--made-by"},  {"--by", "--made-by"},       {"--organization", "--org"}, {"--application", "--app"},
    {"--type", "--profile"},   {"--kind", "--profile"},     {"--order", "--sort"},       {"--from", "--since"},
    {"--after", "--since"},    {"--time", "--at"},          {"--when", "--at"},          {"--url", "--server"},
    {"--host", "--server"},    {"--db", "--store"},         {"--database", "--store"},   {"--permission", "--action"},
    {"--force", "--yes"},      {"--output", "--out"},       {"--location", "--server"},  {"--auth", "--as-file"},
    {"--as", "--as-file"},     {"--all", "--expired"},      {"--all", "--revoked"},      {"--full", "--wide"},
};

/// A flag of a command.
struct Flag {
  std::string name;
  bool takes_value = false;
};

std::vector<Flag> flags_of(const CLI::App& app) {
  std::vector<Flag> flags;
  for (const CLI::App* at = &app; at != nullptr;) {
    for (const CLI::Option* option : at->get_options())
      for (const std::string& name : option->get_lnames())
        flags.push_back({"--" + name, option->get_items_expected_max() > 0});
    const auto below = at->get_subcommands();
    at = below.empty() ? nullptr : below.front();
  }
  return flags;
}

/// Whether two flags are the same word with other endings, as `--expiry` and `--expiring`.
bool have_same_stem(std::string_view one, std::string_view other) {
  constexpr std::size_t kShortestStem = 6;  // with the dashes
  constexpr std::size_t kLongestEnding = 3;
  const auto at = std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first;
  const auto stem = static_cast<std::size_t>(at - one.begin());
  return stem >= kShortestStem && one.size() - stem <= kLongestEnding && other.size() - stem <= kLongestEnding;
}

std::vector<const CLI::App*> all_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : all_commands(app)) {
    names.push_back(command->get_name());
    for (const std::string& alias : command->get_aliases()) names.push_back(alias);
  }
  return names;
}

}  // namespace

std::vector<std::string> nearest_commands(const CLI::App& app, std::string_view typed) {
  if (typed == "help" || typed == "version") return {"--" + std::string(typed)};
  const std::vector<std::string> names = command_names(app);
  std::vector<std::string> meant;
  for (const Synonym& synonym : kSynonyms)
    if (synonym.typed == typed && std::find(names.begin(), names.end(), synonym.command) != names.end())
      meant.push_back(synonym.command);
  if (meant.empty()) meant = libtoken::authority::nearest_names(typed, names);
  if (!meant.empty()) return meant;
  for (const CLI::App* group : all_commands(app))
    for (const std::string& name : libtoken::authority::nearest_names(typed, command_names(*group)))
      if (meant.size() < 3 && name == typed) meant.push_back(group->get_name() + " " + name);
  return meant;
}

std::vector<std::string> nearest_flags(const CLI::App& app, std::string_view typed, bool has_value) {
  typed = typed.substr(0, typed.find('='));
  const std::vector<Flag> flags = flags_of(app);
  // What was given a value is not meant for a flag that takes none, unless nothing else is near.
  for (const bool only_with_value : {has_value, false}) {
    std::vector<std::string> names;
    for (const Flag& flag : flags)
      if (flag.takes_value || !only_with_value) names.push_back(flag.name);
    std::vector<std::string> meant;
    for (const FlagSynonym& synonym : kFlagSynonyms)
      if (synonym.typed == typed && std::find(names.begin(), names.end(), synonym.flag) != names.end())
        meant.push_back(synonym.flag);
    if (meant.empty()) meant = libtoken::authority::nearest_names(typed, names);
    for (const std::string& name : names) {
      const bool is_there = std::find(meant.begin(), meant.end(), name) != meant.end();
      if (meant.size() < 3 && !is_there && have_same_stem(typed, name)) meant.push_back(name);
    }
    if (!meant.empty()) return meant;
  }
  return {};
}

}  // namespace tokenctl
