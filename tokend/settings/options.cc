#include "settings/options.h"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "authority/registry/labels.h"
#include "libtoken/text.h"
#include "settings/setting_table.h"
#include "settings/setting_values.h"
#include "settings/settings_file.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::escape_untrusted;
using libtoken::fail;
using libtoken::Result;

constexpr const char* kConfigVariable = "TOKEND_CONFIG";

using Values = std::map<std::string, Value>;

bool is_setting(const std::string& key) {
  return std::any_of(kSettings.begin(), kSettings.end(), [&](const Setting& one) { return one.key == key; });
}

/// What may have been meant by a key of the file, or by a variable; in the same form.
std::string near_settings(std::string written, const char* Setting::*form) {
  constexpr std::string_view kPrefix = "TOKEND_";
  if (written.starts_with(kPrefix)) written.erase(0, kPrefix.size());
  std::replace(written.begin(), written.end(), '_', '-');
  std::vector<std::string> known;
  for (const Setting& setting : kSettings) known.emplace_back(setting.key);
  auto near = libtoken::authority::nearest_names(written, known);  // which does not look at case
  for (std::string& key : near) {
    for (const Setting& setting : kSettings)
      if (key == setting.key) key = setting.*form;
  }
  return libtoken::authority::did_you_mean(near);
}

Result<void> read_file_into(const std::string& path, const std::string& source, Values& values) {
  const std::string shown = escape_untrusted(path);
  const auto text = read_settings_file(path);
  if (!text) {
    return fail(ErrorKind::kInvalidArgument, source + ": cannot read the file " + shown + ": " + text.error().message);
  }
  auto settings = parse_settings_file(*text);
  if (!settings) return fail(ErrorKind::kInvalidArgument, shown + " " + settings.error().message);
  for (auto& [key, setting] : *settings) {
    const std::string place = shown + " line " + std::to_string(setting.line);
    if (!is_setting(key))
      return fail(ErrorKind::kInvalidArgument,
                  place + ": there is no setting \"" + key + "\"" + near_settings(key, &Setting::key));
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

Result<void> check_listen(const Values& values, Options& options) {
  const Value& listen = values.at("listen");
  const auto insecure = parse_switch(values.at("insecure-listen"));
  if (!insecure) return tl::unexpected(insecure.error());
  options.listen = listen.text;
  for (const std::string& text : split_list(listen.text)) {
    auto target = parse_listen_target(text);
    if (!target) return refuse(listen, target.error().message);
    if (!*insecure && !options.tls && !std::all_of(target->addresses.begin(), target->addresses.end(), is_loopback)) {
      return refuse(listen, escape_untrusted(text, 100) +
                                " is not a loopback address, and tokens would cross the network in plain HTTP; "
                                "give --tls-cert and --tls-key, put a TLS proxy in front, or allow it with "
                                "--insecure-listen");
    }
    options.targets.push_back(std::move(*target));
  }
  if (options.targets.empty()) return refuse(listen, "there is no address to listen on");
  return {};
}

Result<void> check_tls(const Values& values, Options& options) {
  const Value& certificate = values.at("tls-cert");
  const Value& key = values.at("tls-key");
  const Value& client_ca = values.at("tls-client-ca");
  if (certificate.text.empty() != key.text.empty()) {
    return refuse(certificate.text.empty() ? key : certificate, "--tls-cert and --tls-key must be given together");
  }
  if (certificate.text.empty() && !client_ca.text.empty()) {
    return refuse(client_ca, "client certificates need --tls-cert and --tls-key");
  }
  if (!certificate.text.empty()) options.tls = TlsFiles{certificate.text, key.text, client_ca.text};
  return {};
}

Result<void> check_limits(const Values& values, LimitSettings& limits) {
  const auto connections = parse_count(values.at("max-connections"));
  if (!connections) return tl::unexpected(connections.error());
  const auto buffered = parse_size(values.at("max-buffered"));
  if (!buffered) return tl::unexpected(buffered.error());
  const Value& proxies = values.at("trusted-proxies");
  auto trusted = parse_address_ranges(proxies.text);
  if (!trusted) return refuse(proxies, trusted.error().message);
  limits.max_connections = *connections;
  limits.max_buffered = *buffered;
  limits.trusted_proxies = std::move(*trusted);
  const std::array<std::pair<const char*, std::chrono::milliseconds*>, 3> timeouts{
      {{"head-timeout", &limits.head}, {"body-timeout", &limits.body}, {"idle-timeout", &limits.idle}}};
  for (const auto& [name, timeout] : timeouts) {
    const auto time = parse_duration(values.at(name));
    if (!time) return tl::unexpected(time.error());
    if (time->count() == 0) return refuse(values.at(name), "must not be zero");
    *timeout = *time;
  }
  return {};
}

Result<void> check_usage(const Values& values, UsageSettings& usage) {
  const std::array<std::pair<const char*, std::size_t*>, 9> limits{
      {{"mints-per-org", &usage.mints_of_org},
       {"mints-per-token", &usage.mints_of_token},
       {"lists-per-org", &usage.lists_of_org},
       {"lists-per-token", &usage.lists_of_token},
       {"live-per-org", &usage.live_of_org},
       {"live-per-token", &usage.live_of_token},
       {"daily-mints-per-org", &usage.daily_mints_of_org},
       {"daily-mints-per-token", &usage.daily_mints_of_token},
       {"audited-refusals", &usage.audited_refusals_of_token}}};
  for (const auto& [name, limit] : limits) {
    const auto most = parse_limit(values.at(name));
    if (!most) return tl::unexpected(most.error());
    *limit = *most;
  }
  return {};
}

Result<Options> check(const Values& values) {
  Options options;
  if (auto tls = check_tls(values, options); !tls) return tl::unexpected(tls.error());
  if (auto listen = check_listen(values, options); !listen) return tl::unexpected(listen.error());
  if (auto limits = check_limits(values, options.limits); !limits) return tl::unexpected(limits.error());
  if (auto usage = check_usage(values, options.usage); !usage) return tl::unexpected(usage.error());
  const auto drain = parse_duration(values.at("drain"));
  if (!drain) return tl::unexpected(drain.error());
  const auto log_level = parse_log_level(values.at("log-level"));
  if (!log_level) return tl::unexpected(log_level.error());

  const Value& store = values.at("store");
  if (store.text.rfind("sqlite:", 0) != 0 || store.text.size() == 7) {
    return cannot_read(store, "sqlite:PATH");
  }
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

Result<Options> read_options(const CommandLine& command_line, const Environment& environment) {
  const auto variable = [&](const char* name) {
    auto value = environment.get(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  Values values;
  for (const Setting& setting : kSettings) values[setting.key] = {setting.default_value, "default"};
  const auto config = command_line.config ? command_line.config : variable(kConfigVariable);
  if (config) {
    auto read = read_file_into(*config, command_line.config ? "--config" : kConfigVariable, values);
    if (!read) return tl::unexpected(read.error());
  }
  for (const Setting& setting : kSettings) {
    if (auto value = variable(setting.variable)) values[setting.key] = {std::move(*value), setting.variable};
    const auto flag = command_line.flags.find(setting.key);
    if (flag != command_line.flags.end()) values[setting.key] = {flag->second, std::string("--") + setting.key};
  }

  auto options = check(values);
  if (!options) return tl::unexpected(options.error());
  for (const std::string& name : environment.names) {
    // Not an error: Kubernetes sets variables such as TOKEND_SERVICE_HOST for a service of this name.
    const bool known = name == kConfigVariable || std::any_of(kSettings.begin(), kSettings.end(),
                                                              [&](const Setting& one) { return name == one.variable; });
    if (name.rfind("TOKEND_", 0) == 0 && !known) {
      options->remarks.push_back(escape_untrusted(name, 100) + " in the environment is not a setting of tokend" +
                                 near_settings(name, &Setting::variable));
    }
  }
  return options;
}

}  // namespace tokend
