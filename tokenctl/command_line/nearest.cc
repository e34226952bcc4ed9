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

std::vector<std::string> nearest_flags(const CLI::App& app, std::string_view typed) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr;) {
    for (const CLI::Option* option : at->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const auto below = at->get_subcommands();
    at = below.empty() ? nullptr : below.front();
  }
  return libtoken::authority::nearest_names(typed.substr(0, typed.find('=')), names);
}

}  // namespace tokenctl
