#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include "settings/options.h"
#include "service.h"
#include "operations/stderr_sink.h"

namespace {

constexpr int kUsageExit = 2;
constexpr int kFailureExit = 3;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOKEND_LEAK_CHECKER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define TOKEND_LEAK_CHECKER 1
#endif

/// Keys and tokens are in this memory: no core file, and no debugger of the same user.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef TOKEND_LEAK_CHECKER  // which looks at the process as a debugger does
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/// SIGTERM, SIGINT and SIGHUP wait for sigwait(), in every thread that is yet to come.
sigset_t hold_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

std::shared_ptr<spdlog::logger> make_log(tokend::LogLevel level) {
  auto log = std::make_shared<spdlog::logger>("tokend", std::make_shared<tokend::StderrSink>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  tokend::set_level(*log, level);
  return log;
}

int complain(const std::string& sentence, int exit_code) {
  std::fprintf(stderr, "tokend: %s\n", sentence.c_str());
  return exit_code;
}

/// Reads the settings anew, as at the start. A mistake in them leaves the old ones in force.
void try_to_reload(tokend::Service& service, tokend::Options& options, int argc, char** argv, spdlog::logger& log) {
  const auto invocation = tokend::read_options(argc, argv, tokend::process_environment());
  const auto reloaded = invocation && invocation->options ? service.reload(*invocation->options)
                        : invocation                      ? libtoken::Result<void>()
                                     : libtoken::Result<void>(tl::unexpected(invocation.error()));
  if (!reloaded) {
    log.error("the new configuration will not do, and the old one stays in force: {}", reloaded.error().message);
    return;
  }
  options = *invocation->options;
  log.info("configuration, keys and certificates were read again");
}

void reload(tokend::Service& service, tokend::Options& options, int argc, char** argv, spdlog::logger& log) {
  try {
    try_to_reload(service, options, argc, argv, log);
  } catch (const std::exception& error) {  // out of memory
    log.error("the new configuration could not be read: {}", error.what());
  }
}

/// Waits for the requests under way, for so long; a second signal ends that at once.
void drain(tokend::Server& server, std::chrono::milliseconds patience, const sigset_t& signals, spdlog::logger& log) {
  log.info("stopping");
  server.drain();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!server.has_drained()) {
    if (std::chrono::steady_clock::now() >= until) {
      log.warn("the drain time is over; connections were cut");
      break;
    }
    constexpr timespec kLook{0, 10'000'000};
    const int signal = sigtimedwait(&signals, nullptr, &kLook);
    if (signal == SIGTERM || signal == SIGINT) {
      log.warn("told to stop a second time; connections were cut");
      break;
    }
  }
  server.stop();
}

int run(tokend::Options options, int argc, char** argv, const sigset_t& signals) {
  const auto log = make_log(options.log_level);
  for (const std::string& remark : options.remarks) log->warn("{}", remark);

  const auto service = tokend::Service::open(options, log);
  if (!service) return complain(service.error().message, kFailureExit);
  std::printf("tokend listening on %s\n", (*service)->server().urls().c_str());
  std::fflush(stdout);

  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) reload(**service, options, argc, argv, *log);
  drain((*service)->server(), options.drain, signals, *log);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  forbid_core_dumps();
  const sigset_t signals = hold_signals();
  try {
    const auto invocation = tokend::read_options(argc, argv, tokend::process_environment());
    if (!invocation) return complain(invocation.error().message, kUsageExit);
    if (!invocation->options) {
      std::fputs(invocation->text.c_str(), stdout);
      return 0;
    }
    if (invocation->options->check_config) {
      std::fputs(invocation->options->in_force.c_str(), stdout);
      return 0;
    }
    return run(*invocation->options, argc, argv, signals);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailureExit);
  }
}
