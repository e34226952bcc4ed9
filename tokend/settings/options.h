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

namespace tokend {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

/// What the daemon was told, checked.
struct Options {
  std::string listen;                 ///< as it was written, to tell whether it has changed
  std::vector<ListenTarget> targets;  ///< without TLS all loopback or unix, or --insecure-listen was given
  std::optional<TlsFiles> tls;
  LimitSettings limits;
  libtoken::authority::StoreAddress store;
  std::chrono::milliseconds drain{};
  LogLevel log_level = LogLevel::kInfo;
  bool check_config = false;
  std::string in_force;              ///< every setting as TOML, each with where it came from
  std::vector<std::string> remarks;  ///< what may be a mistake, for the log
};

/// The process's environment, or a test's.
struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> get;
  std::vector<std::string> names;
};
[[nodiscard]] Environment process_environment();

/// What the arguments came to: options, or a text to print (`--help`, `--version`).
struct Invocation {
  std::optional<Options> options;
  std::string text;
};

/// Flags over environment over the file that --config or TOKEND_CONFIG names over defaults. An empty variable counts as
/// absent. Error: kInvalidArgument (unknown flag or key, a bad value, a file that cannot be read, plain HTTP on an
/// address that is not loopback); the sentence names the flag, variable or line.
[[nodiscard]] libtoken::Result<Invocation> read_options(int argc, const char* const* argv,
                                                        const Environment& environment);

}  // namespace tokend
