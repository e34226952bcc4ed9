#include "service/service.h"

#include <cstdlib>

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

Outcome<void> check_service_flags(const Globals& globals, bool daemon_can_do) {
  if (globals.server && !daemon_can_do)
    return fail(Exit::kUsage,
                "--server: a daemon does not do this; it is done at the store, or with no service at all");
  if (globals.server && (globals.store || globals.kek_file))
    return fail(Exit::kUsage, "--server and --store name two places: give one of them");
  if (globals.as_file && !(daemon_can_do && server_url(globals)))
    return fail(Exit::kUsage, "--as-file is for asking a server, and there is none here");
  return {};
}

Outcome<std::unique_ptr<Service>> open_service(const Globals& globals) {
  if (globals.server) return open_remote_service(globals, *globals.server);
  if (globals.store || globals.kek_file) {
    if (globals.as_file) return fail(Exit::kUsage, "--as-file is for asking a server, and --store is none");
    return open_local_service(globals);
  }
  const auto server = variable("TOKENCTL_SERVER");
  if (!server) return open_local_service(globals);
  if (variable("TOKENCTL_STORE"))
    return fail(Exit::kUsage, "TOKENCTL_SERVER and TOKENCTL_STORE name two places: say --server or --store");
  return open_remote_service(globals, *server);
}

}  // namespace tokenctl
