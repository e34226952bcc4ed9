#include "options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>

#include "libtoken/text.h"
#include "settings_file.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::escape_untrusted;
using libtoken::fail;
using libtoken::Result;

/// Every setting there is. A key in the file is the flag without its dashes.
struct Setting {
  const char* key;
  const char* variable;
  const char* preset;
  bool is_switch;
  const char* help;
};
constexpr std::array<Setting, 6> kSettings{{
    {"listen", "TOKEND_LISTEN", "127.0.0.1:8080", false, "HOST:PORT to listen on; port 0 takes a free one"},
    {"store", "TOKEND_STORE", "sqlite:tokens.db", false, "the store, sqlite:PATH"},
    {"kek-file", "TOKEND_KEK_FILE", "", false, "the key-encryption key's file; <store>.kek unless told"},
    {"insecure-listen", "TOKEND_INSECURE_LISTEN", "false", true, "allow plain HTTP on an address that is not loopback"},
    {"drain", "TOKEND_DRAIN", "10s", false, "how long requests under way may take to end on SIGTERM"},
    {"log-level", "TOKEND_LOG_LEVEL", "info", false, "debug, info, warn or error"},
}};
constexpr const char* kConfigVariable = "TOKEND_CONFIG";

struct Value {
  std::string text;
  std::string source;  ///< "--listen", "TOKEND_LISTEN", "tokend.toml line 3", "default"
};
using Values = std::map<std::string, Value>;

tl::unexpected<libtoken::Error> refuse(const Value& value, const std::string& why) {
  return fail(ErrorKind::kInvalidArgument, value.source + ": " + why);
}

Result<bool> parse_switch(const Value& value) {
  if (value.text == "true" || value.text == "1") return true;
  if (value.text == "false" || value.text == "0") return false;
  return refuse(value, "true or false is wanted, not \"" + escape_untrusted(value.text, 40) + "\"");
}

Result<std::chrono::milliseconds> parse_duration(const Value& value) {
  static constexpr std::int64_t kMost = 3'600'000;
  std::int64_t number = 0;
  const char* end_of_text = value.text.data() + value.text.size();
  const auto [end, error] = std::from_chars(value.text.data(), end_of_text, number);
  const std::string unit(end, end_of_text);
  const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  if (error != std::errc{} || factor == 0 || number < 0 || number > kMost / factor) {
    return refuse(value, "a time up to an hour is wanted, as in 500ms, 10s or 1m, not \"" +
                             escape_untrusted(value.text, 40) + "\"");
  }
  return std::chrono::milliseconds(number * factor);
}

Result<LogLevel> parse_log_level(const Value& value) {
  if (value.text == "debug") return LogLevel::kDebug;
  if (value.text == "info") return LogLevel::kInfo;
  if (value.text == "warn") return LogLevel::kWarn;
  if (value.text == "error") return LogLevel::kError;
  return refuse(value, "debug, info, warn or error is wanted, not \"" + escape_untrusted(value.text, 40) + "\"");
}

bool is_setting(const std::string& key) {
  return std::any_of(kSettings.begin(), kSettings.end(), [&](const Setting& one) { return one.key == key; });
}

Result<void> read_file_into(const std::string& path, const std::string& source, Values& values) {
  const std::string shown = escape_untrusted(path);
  std::ifstream file(path, std::ios::binary);
  file.peek();  // a directory opens, and fails here
  if (!file.is_open() || file.bad()) {
    return fail(ErrorKind::kInvalidArgument, source + ": the file " + shown + " cannot be read");
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto settings = parse_settings_file(text);
  if (!settings) return fail(ErrorKind::kInvalidArgument, shown + " " + settings.error().message);
  for (auto& [key, setting] : *settings) {
    const std::string place = shown + " line " + std::to_string(setting.line);
    if (!is_setting(key)) return fail(ErrorKind::kInvalidArgument, place + ": there is no setting \"" + key + "\"");
    values[key] = {std::move(setting.value), place + ", " + key};
  }
  return {};
}

std::string describe(const Values& values) {
  std::string text;
  for (const Setting& setting : kSettings) {
    const Value& value = values.at(setting.key);
    if (value.text.empty()) continue;
    const bool on = value.text == "true" || value.text == "1";
    text += std::string(setting.key) + " = " + (setting.is_switch ? (on ? "true" : "false") : quote_toml(value.text)) +
            "  # " + value.source + "\n";
  }
  return text;
}

Result<Options> check(const Values& values) {
  Options options;
  const Value& listen = values.at("listen");
  auto address = parse_listen_address(listen.text);
  if (!address) return refuse(listen, address.error().message);
  auto addresses = resolve(*address);
  if (!addresses) return refuse(listen, addresses.error().message);
  const auto insecure = parse_switch(values.at("insecure-listen"));
  if (!insecure) return tl::unexpected(insecure.error());
  if (!*insecure && !std::all_of(addresses->begin(), addresses->end(), is_loopback)) {
    return refuse(listen, "tokens would cross the network in plain HTTP at " + escape_untrusted(listen.text, 100) +
                              ", which is not loopback; put a TLS proxy in front, or allow it with --insecure-listen");
  }
  const auto drain = parse_duration(values.at("drain"));
  if (!drain) return tl::unexpected(drain.error());
  const auto log_level = parse_log_level(values.at("log-level"));
  if (!log_level) return tl::unexpected(log_level.error());

  const Value& store = values.at("store");
  if (store.text.rfind("sqlite:", 0) != 0 || store.text.size() == 7) {
    return refuse(store, "a store is sqlite:PATH, not \"" + escape_untrusted(store.text, 100) + "\"");
  }
  options.listen = std::move(*address);
  options.addresses = std::move(*addresses);
  options.store.url = store.text;
  if (const std::string& kek = values.at("kek-file").text; !kek.empty()) options.store.kek_file = kek;
  options.drain = *drain;
  options.log_level = *log_level;
  options.in_force = describe(values);
  return options;
}

}  // namespace

Environment process_environment() {
  Environment environment;
  environment.get = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    environment.names.emplace_back(text.substr(0, text.find('=')));
  }
  return environment;
}

Result<Invocation> read_options(int argc, const char* const* argv, const Environment& environment) {
  CLI::App app("Answers over HTTP whether a token allows something.", "tokend");
  app.set_version_flag("--version", "tokend 0.1.0");
  std::map<std::string, std::string> given;
  bool insecure = false;
  for (const Setting& setting : kSettings) {
    const std::string flag = std::string("--") + setting.key;
    const std::string help = std::string(setting.help) + " (" + setting.variable + ")";
    // Everything is taken as text here; precedence and checking follow below, CLI11 would let the file beat the
    // environment.
    if (setting.is_switch) {
      app.add_flag(flag, insecure, help);
    } else {
      app.add_option(flag, given[setting.key], help)->type_name("");
    }
  }
  std::string config;
  bool check_config = false;
  app.add_option("--config", config, std::string("a TOML file of the settings above (") + kConfigVariable + ")")
      ->type_name("");
  app.add_flag("--check-config", check_config, "say what is in force and stop");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Invocation{std::nullopt, app.help()};
  } catch (const CLI::CallForVersion&) {
    return Invocation{std::nullopt, "tokend 0.1.0\n"};
  } catch (const CLI::ParseError& error) {
    return fail(ErrorKind::kInvalidArgument, escape_untrusted(error.what(), 400));
  }

  const auto variable = [&](const char* name) {
    auto value = environment.get(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  Values values;
  for (const Setting& setting : kSettings) values[setting.key] = {setting.preset, "default"};
  std::string config_source = "--config";
  if (app.count("--config") == 0) {
    config_source = kConfigVariable;
    config = variable(kConfigVariable).value_or("");
  }
  if (app.count("--config") != 0 || !config.empty()) {
    if (auto read = read_file_into(config, config_source, values); !read) return tl::unexpected(read.error());
  }
  for (const Setting& setting : kSettings) {
    if (auto value = variable(setting.variable)) values[setting.key] = {std::move(*value), setting.variable};
    const std::string flag = std::string("--") + setting.key;
    if (app.count(flag) == 0) continue;
    values[setting.key] = {setting.is_switch ? (insecure ? "true" : "false") : given[setting.key], flag};
  }

  auto options = check(values);
  if (!options) return tl::unexpected(options.error());
  options->check_config = check_config;
  for (const std::string& name : environment.names) {
    // Not an error: a container's platform sets variables such as TOKEND_SERVICE_HOST for a service of this name.
    const bool known = name == kConfigVariable || std::any_of(kSettings.begin(), kSettings.end(),
                                                              [&](const Setting& one) { return name == one.variable; });
    if (name.rfind("TOKEND_", 0) == 0 && !known) {
      options->remarks.push_back("the environment's " + escape_untrusted(name, 100) + " is no setting of tokend");
    }
  }
  return Invocation{std::move(*options), {}};
}

}  // namespace tokend
