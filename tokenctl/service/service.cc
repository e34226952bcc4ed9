#include "service/service.h"

#include <cstdlib>
#include <utility>

namespace tokenctl {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string> server_url(const Globals& globals) {
  return globals.server ? globals.server : variable("TOKENCTL_SERVER");
}

Outcome<void> check_service_flags(const Globals& globals, bool daemon_can_do, bool needs_store) {
  if (globals.server && !daemon_can_do) return fail(Exit::kUsage, "--server: this command does not use a server");
  if (needs_store && !globals.server && !globals.store && !globals.kek_file && variable("TOKENCTL_SERVER")) {
    return fail(
        Exit::kUsage,
        "TOKENCTL_SERVER is set, and this command works on a store, not on a server: give --store sqlite:PATH, or "
        "unset the variable");
  }
  if (globals.server && (globals.store || globals.kek_file))
    return fail(Exit::kUsage, "--server cannot be given together with --store or --kek-file");
  if (globals.as_file && !daemon_can_do) return fail(Exit::kUsage, "--as-file: this command does not use a server");
  if (globals.as_file && !server_url(globals))
    return fail(Exit::kUsage, "--as-file needs a server: give --server or set TOKENCTL_SERVER");
  return {};
}

Outcome<std::unique_ptr<Service>> open_service(const Globals& globals) {
  if (globals.server) return open_remote_service(globals, *globals.server);
  if (globals.store || globals.kek_file) {
    if (globals.as_file) return fail(Exit::kUsage, "--as-file cannot be given together with --store or --kek-file");
    return open_local_service(globals);
  }
  const auto server = variable("TOKENCTL_SERVER");
  if (!server) return open_local_service(globals);
  if (variable("TOKENCTL_STORE"))
    return fail(Exit::kUsage, "TOKENCTL_SERVER and TOKENCTL_STORE are both set: give --server or --store");
  return open_remote_service(globals, *server);
}

}  // namespace tokenctl
