#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "authority/store/store.h"
#include "libtoken/result.h"
#include "net/limits.h"
#include "net/listen_address.h"
#include "net/tls.h"
#include "settings/command_line.h"
#include "state/usage_limits.h"

namespace tokend {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

/// All settings of the daemon, checked.
struct Options {
  std::string listen;                 ///< as written, to see whether it has changed
  std::vector<ListenTarget> targets;  ///< without TLS all loopback or unix, unless --insecure-listen was given
  std::optional<TlsFiles> tls;
  LimitSettings limits;
  UsageSettings usage;
  libtoken::authority::StoreAddress store;
  std::chrono::milliseconds drain{};
  LogLevel log_level = LogLevel::kInfo;
  std::string in_force;              ///< every setting as a line of TOML, with a comment that says where it comes from
  std::vector<std::string> remarks;  ///< possible mistakes, for the log
};

/// The environment of the process, or one made up by a test.
struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> get;
  std::vector<std::string> names;
};
[[nodiscard]] Environment process_environment();

/// Reads the settings. A flag beats an environment variable, which beats the file that --config or TOKEND_CONFIG names,
/// which beats the default. An empty variable counts as absent. Error: kInvalidArgument (an unknown key, a bad value, a
/// file that cannot be read, plain HTTP on an address that is not loopback); its sentence names the flag, the variable,
/// or the file and line.
[[nodiscard]] libtoken::Result<Options> read_options(const CommandLine& command_line, const Environment& environment);

}  // namespace tokend
