#include "settings/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "authority/registry/labels.h"
#include "libtoken/text.h"
#include "settings/setting_table.h"
#include "settings/setting_values.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::escape_untrusted;
using libtoken::fail;
using libtoken::Result;
using libtoken::authority::did_you_mean;
using libtoken::authority::nearest_names;

constexpr const char* kVersion = "tokend 0.1.0";

/// CLI11 only collects texts here: it would let the file beat the environment.
struct Flag {
  const Setting* setting = nullptr;
  const CLI::Option* option = nullptr;
  std::vector<std::string> given;
  bool is_on = false;
};

}  // namespace

Result<CommandLine> parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Answers over HTTP whether a token allows something.", "tokend");
  app.set_version_flag("--version", kVersion);
  std::vector<Flag> flags(kSettings.size());
  for (std::size_t i = 0; i < kSettings.size(); ++i) {
    const Setting& setting = kSettings[i];
    const std::string name = std::string("--") + setting.key;
    const std::string help = std::string(setting.help) + " (" + setting.variable + ")";
    flags[i].setting = &setting;
    if (setting.is_switch) {
      flags[i].option = app.add_flag(name, flags[i].is_on, help);
      continue;
    }
    auto* option = app.add_option(name, flags[i].given, help)->type_name("")->expected(1);
    // --listen may be given several times, every other flag once.
    if (std::string_view(setting.key) == "listen") option->take_all();
    flags[i].option = option;
  }
  CommandLine line;
  std::string config;
  const auto* config_option =
      app.add_option("--config", config, "a TOML file with the settings above (TOKEND_CONFIG)")->type_name("");
  app.add_flag("--check-config", line.check_config, "print the settings in force and exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    line.text = app.help();
    return line;
  } catch (const CLI::CallForVersion&) {
    line.text = std::string(kVersion) + "\n";
    return line;
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining();
    const std::string first = extras.empty() ? "" : extras.front();
    if (!first.starts_with('-')) {
      return fail(ErrorKind::kInvalidArgument, "unexpected argument " + escape_untrusted(first, 100));
    }
    std::vector<std::string> known{"--config", "--check-config", "--help", "--version"};
    for (const Setting& setting : kSettings) known.push_back(std::string("--") + setting.key);
    const std::string flag = first.substr(0, std::min(first.find('='), std::size_t{100}));
    return fail(ErrorKind::kInvalidArgument,
                "unknown flag " + escape_untrusted(first, 100) + did_you_mean(nearest_names(flag, known)));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    return fail(ErrorKind::kInvalidArgument,
                escape_untrusted(what.substr(0, what.find(':')), 100) +
                    (what.find("At Most") == what.npos ? " needs a value" : " is given more than once"));
  } catch (const CLI::ParseError& error) {
    return fail(ErrorKind::kInvalidArgument, escape_untrusted(error.what(), 400));
  }
  if (config_option->count() != 0) line.config = std::move(config);
  for (const Flag& flag : flags) {
    if (flag.option->count() == 0) continue;
    line.flags[flag.setting->key] = flag.setting->is_switch ? (flag.is_on ? "true" : "false") : join_list(flag.given);
  }
  return line;
}

}  // namespace tokend
