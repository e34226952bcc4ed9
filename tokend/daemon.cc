#include "daemon.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>

#include "operations/stderr_sink.h"
#include "service.h"

namespace tokend {
namespace {

std::shared_ptr<spdlog::logger> make_log(LogLevel level) {
  auto log = std::make_shared<spdlog::logger>("tokend", std::make_shared<StderrSink>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  set_level(*log, level);
  return log;
}

libtoken::Result<void> try_to_reload(Service& service, const CommandLine& command_line,
                                     std::chrono::milliseconds& drain) {
  const auto options = read_options(command_line, process_environment());
  if (!options) return tl::unexpected(options.error());
  auto reloaded = service.reload(*options);
  if (reloaded) drain = options->drain;
  return reloaded;
}

/// Reads the settings again, as at the start. If there is a mistake in them, the old ones stay in force.
void reload(Service& service, const CommandLine& command_line, std::chrono::milliseconds& drain, spdlog::logger& log) {
  try {
    const auto reloaded = try_to_reload(service, command_line, drain);
    if (reloaded) return log.info("the configuration, keys and certificates were read again");
    log.error("the new configuration cannot be used, and the old one stays in force: {}", reloaded.error().message);
  } catch (const std::exception& error) {  // no memory
    log.error("the new configuration could not be read: {}", error.what());
  }
}

/// Waits for the requests under way, as long as `patience`; a second signal ends that at once.
void drain_and_stop(Server& server, std::chrono::milliseconds patience, const sigset_t& signals, spdlog::logger& log) {
  log.info("stopping");
  server.drain();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!server.has_drained()) {
    if (std::chrono::steady_clock::now() >= until) {
      log.warn("the drain time is over; connections were cut");
      break;
    }
    constexpr timespec kInterval{0, 10'000'000};
    const int signal = sigtimedwait(&signals, nullptr, &kInterval);
    if (signal == SIGTERM || signal == SIGINT) {
      log.warn("told to stop a second time; connections were cut");
      break;
    }
  }
  server.stop();
}

}  // namespace

libtoken::Result<void> run_daemon(const Options& options, const CommandLine& command_line, const sigset_t& signals) {
  const auto log = make_log(options.log_level);
  for (const std::string& remark : options.remarks) log->warn("{}", remark);

  const auto service = Service::open(options, log);
  if (!service) return tl::unexpected(service.error());
  std::printf("tokend listening on %s\n", (*service)->server().urls().c_str());
  std::fflush(stdout);

  auto drain = options.drain;
  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) reload(**service, command_line, drain, *log);
  drain_and_stop((*service)->server(), drain, signals, *log);
  return {};
}

}  // namespace tokend
