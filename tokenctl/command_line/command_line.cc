#include "command_line/command_line.h"

#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>

#include "authority/registry/labels.h"
#include "command_line/flags.h"
#include "command_line/nearest.h"
#include "command_line/token_argument.h"
#include "libtoken/text.h"
#include "output/output.h"

namespace tokenctl {
namespace {

constexpr const char* kNoCommand = "unknown command ";
constexpr const char* kNoFlag = "unknown flag ";
constexpr const char* kStatus =
    "Exit status: 0 done or allowed, 1 refused, 2 the command line is wrong,\n"
    "3 the store, the network or a file failed.";
constexpr const char* kHelpOfCommands = "Each command has a help of its own: --help after it.";

std::string examples_text(const Examples& examples) {
  return std::string("\n\nExamples:\n  tokenctl ") + examples.first + "\n  tokenctl " + examples.second;
}

std::string check_value(const std::string& value) {
  if (value.empty()) return "the value is empty";
  if (value.size() > kMaxValueBytes) return "the value is longer than " + std::to_string(kMaxValueBytes) + " bytes";
  return {};
}

/// What help shows for a flag's value: `--app APP`. For an argument, whose name says it, nothing.
std::string type_of(std::string_view name) {
  struct Type {
    std::string_view flag;
    const char* type;
  };
  static constexpr Type kTypes[] = {
      {"--store", "sqlite:PATH"},
      {"--server", "URL"},
      {"--location", "URL"},
      {"--storage-object", "URL"},
      {"--for", "WHO"},
      {"--made-by", "WHO|ID"},
      {"--feature", "NAME"},
      {"--app-feature", "NAME"},
      {"--out", "FILE"},
      {"--old-store", "FILE"},
      {"--machine-feature", "NAME"},
      {"--source-app", "APP"},
      {"--action", "ACTIONS"},
      {"--timeout", "TIME"},
      {"--poll-interval", "TIME"},
      {"--expiry", "TIME"},
      {"--at", "TIME"},
      {"--since", "TIME"},
      {"--expiring", "TIME"},
      {"--unused", "TIME"},
      {"--command", "CMD"},
      {"--command-prefix", "CMD"},
      {"--command-arg", "ARG"},
      {"--user", "ID"},
      {"--organization", "ID"},
      {"--github-org", "ID"},
      {"--google-hd", "DOMAIN"},
      {"--ticket", "BASE64"},
      {"-t", "TOKEN"},
      {"-f", "FILE"},
  };
  if (!name.starts_with('-')) return "";
  for (const Type& one : kTypes)
    if (one.flag == name) return one.type;
  if (name.ends_with("-file")) return "FILE";
  std::string type;
  for (const char c : name.substr(2)) type += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return type;
}

CLI::Option* add_checked(CLI::App& app, const char* name, CLI::callback_t store, const char* help) {
  return app.add_option(name, std::move(store), help)->check(check_value)->type_name(type_of(name));
}

/// Finds a `--flag=`, for which CLI11 would take the next argument as the value. Null if there is none.
const char* find_flag_without_value(int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
    const char* equals = std::strchr(argv[i], '=');
    if (std::strncmp(argv[i], "--", 2) == 0 && equals != nullptr && equals[1] == '\0') return argv[i];
  }
  return nullptr;
}

/// The command that an argument stands behind: the last one that was found before it.
const CLI::App& command_before(const CLI::App& app, std::string_view argument, int argc, const char* const* argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argument != argv[i]; ++i) {
    const auto below = at->get_subcommands();
    if (!below.empty() && below.front()->check_name(argv[i])) at = below.front();
  }
  return *at;
}

/// Whether a flag is followed by something that may be its value.
bool has_value(std::string_view flag, int argc, const char* const* argv) {
  if (flag.find('=') != flag.npos) return true;
  for (int i = 1; i + 1 < argc; ++i)
    if (flag == argv[i]) return argv[i + 1][0] != '-' || argv[i + 1][1] == '\0';
  return false;
}

/// Whether words of another program's command line are given to the command that was found.
bool takes_words_of_a_command(const CLI::App& app) {
  const CLI::App* last = &app;
  while (!last->get_subcommands().empty()) last = last->get_subcommands().front();
  return last->get_name() == "machine-exec";
}

/// Describes the first unexpected argument: an unknown flag or command, or one argument too many. If it may be a token
/// it is not repeated.
std::string describe_unexpected(const CLI::App& app, bool is_command, int argc, const char* const* argv) {
  const auto extras = app.remaining(true);
  if (extras.empty() || extras.front().empty()) return "an argument is empty";
  const std::string& first = extras.front();
  if (looks_like_token(first)) return kTokenAsArgument;
  if (first.size() > 1 && first.front() == '-') {
    const std::string unknown = kNoFlag + libtoken::escape_untrusted(first);
    const auto nearest = nearest_flags(app, first, has_value(first, argc, argv));
    const std::string_view name = std::string_view(first).substr(0, first.find('='));
    if (std::find(nearest.begin(), nearest.end(), name) != nearest.end()) {
      return unknown + " in this place; flags stand behind their command, and before any --";
    }
    return unknown + libtoken::authority::did_you_mean(nearest) +
           (takes_words_of_a_command(app) ? " (flags of the command that is to be allowed stand behind --)" : "");
  }
  if (!is_command) {
    std::error_code ignored;
    const bool is_file = std::filesystem::is_regular_file(first, ignored);
    return "unexpected argument " + libtoken::escape_untrusted(first) +
           (is_file ? "; a token in a file is given with --token-file" : "");
  }
  const CLI::App& at = command_before(app, first, argc, argv);
  return kNoCommand + libtoken::escape_untrusted(first) +
         libtoken::authority::did_you_mean(nearest_commands(at, first));
}

/// Whether an unexpected argument stands where a command should be: before the last command that was found.
bool is_before_command(const CLI::App& app, const std::string& extra, int argc, const char* const* argv) {
  return !command_before(app, extra, argc, argv).get_subcommands().empty();
}

/// A sentence for one of CLI11's errors.
std::string describe(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  const std::string what = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto extras = app.remaining(true);
    const bool is_command = !extras.empty() && is_before_command(app, extras.front(), argc, argv);
    return describe_unexpected(app, is_command, argc, argv);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const bool repeated = what.find("At Most") != std::string::npos;
    return what.substr(0, what.find(':')) + (repeated ? " is given more than once" : " needs a value");
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && what.find("subcommand") != std::string::npos) {
    return app.remaining(true).empty() ? "a command is missing" : describe_unexpected(app, true, argc, argv);
  }
  // A flag may be missing only because it was mistyped.
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    const auto extras = app.remaining(true);
    const bool is_flag = !extras.empty() && extras.front().starts_with('-') && extras.front() != "--";
    if (is_flag) return describe_unexpected(app, false, argc, argv);
  }
  return what;
}

/// Whether a command is missing at the end, and something else stands there: a help would be that of another command.
bool asks_for_unknown_command(const CLI::App& app) {
  const CLI::App* last = &app;
  while (!last->get_subcommands().empty()) last = last->get_subcommands().front();
  const auto extras = app.remaining(true);
  return !last->get_subcommands([](const CLI::App*) { return true; }).empty() && !extras.empty() &&
         !extras.front().starts_with('-');
}

Exit report(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  const bool is_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
  if (is_help && asks_for_unknown_command(app)) {
    remark(describe_unexpected(app, true, argc, argv));
    return Exit::kUsage;
  }
  if (is_help) {
    const auto text_of = [&] {
      return error.get_name() == "CallForVersion" ? std::string(error.what()) + "\n" : app.help();
    };
    // CLI11 writes the help to streams, which leave out without a word what they find no memory for.
    const std::string text = text_of();
    if (text != text_of()) throw std::bad_alloc();
    answer(text);
    return Exit::kDone;
  }
  remark(describe(app, error, argc, argv));
  remark("tokenctl --help lists the commands, and --help after a command lists its flags");
  return Exit::kUsage;
}

}  // namespace

CLI::Option* add_text(CLI::App& app, const char* name, std::optional<std::string>& value, const char* help) {
  return add_checked(
      app, name,
      [&value](const CLI::results_t& given) {
        value = given.front();
        return true;
      },
      help);
}

CLI::Option* add_required(CLI::App& app, const char* name, std::string& value, const char* help) {
  return add_checked(
             app, name,
             [&value](const CLI::results_t& given) {
               value = given.front();
               return true;
             },
             help)
      ->required();
}

CLI::Option* add_repeatable(CLI::App& app, const char* name, std::vector<std::string>& values, const char* help) {
  return add_checked(
             app, name,
             [&values](const CLI::results_t& given) {
               values = given;
               return true;
             },
             help)
      ->take_all()
      ->allow_extra_args(false);
}

CLI::Option* add_words(CLI::App& app, const char* name, std::vector<std::string>& words, const char* help) {
  return add_repeatable(app, name, words, help)->allow_extra_args()->expected(1, CLI::detail::expected_max_vector_size);
}

std::string help_end(const SharedFlags& shared, const Examples& examples) {
  std::vector<const char*> flags;
  if (shared.store) flags.insert(flags.end(), {"--store", "--kek-file"});
  if (shared.server) flags.insert(flags.end(), {"--server", "--as-file"});
  flags.push_back("--json");
  if (shared.wide) flags.push_back("--wide");
  std::string text;
  for (std::size_t i = 0; i < flags.size(); ++i)
    text += std::string(i == 0 ? "" : i + 1 == flags.size() ? " and " : ", ") + flags[i];
  text += " can be given here too: tokenctl --help describes ";
  return text + (flags.size() > 1 ? "them.\n" : "it.\n") + kStatus + examples_text(examples);
}

CLI::App* add_group(CLI::App& app, const char* name, const char* help, const Examples& examples) {
  CLI::App* group = app.add_subcommand(name, help)->require_subcommand(1);
  group->footer(std::string(kHelpOfCommands) + "\n" + kStatus + examples_text(examples));
  return group;
}

tl::expected<Invocation, Exit> parse_command_line(int argc, const char* const* argv) {
  Globals globals;
  ParsedCommand found;
  CLI::App app("Makes, narrows, explains, judges, lists and revokes tokens.", "tokenctl");
  app.fallthrough();  // the flags below are read after a subcommand too
  app.require_subcommand(1);
  app.set_version_flag("--version", "tokenctl " TOKENCTL_VERSION);
  add_text(app, "--store", globals.store, "sqlite:PATH (else TOKENCTL_STORE, else sqlite:tokens.db)");
  add_text(app, "--kek-file", globals.kek_file,
           "File with the store's key-encryption key (else the store's path and .kek)");
  add_text(app, "--server", globals.server, "https://…: ask this tokend instead of a store (else TOKENCTL_SERVER)");
  add_text(app, "--as-file", globals.as_file,
           "File with the token to ask the server with, - for standard input (else TOKENCTL_AUTH)");
  app.add_flag("--json", globals.json, "Answer in JSON");
  app.add_flag("--wide", globals.wide, "Whole tables on a terminal that is too narrow for them");
  add_create_commands(app, found);
  add_token_commands(app, found);
  add_third_party_commands(app, found);
  add_registry_commands(app, found);
  add_issued_commands(app, found);
  add_store_commands(app, found);
  app.footer(std::string(kStatus) +
             examples_text({"create readonly --org arcadia-prod --expiry 48h", "inspect --token-file ci.token"}));

  if (const char* flag = find_flag_without_value(argc, argv)) {
    remark(libtoken::escape_untrusted(flag, 60) + " has no value");
    return tl::unexpected<Exit>(Exit::kUsage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tl::unexpected<Exit>(report(app, error, argc, argv));
  }
  return Invocation{std::move(globals), std::move(*found)};
}

}  // namespace tokenctl
