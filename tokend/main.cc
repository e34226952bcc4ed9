#include <pthread.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>

#include "handlers.h"
#include "live_snapshot.h"
#include "options.h"
#include "server.h"

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

/// SIGTERM and SIGINT wait for sigwait(), in every thread that is yet to come.
sigset_t hold_stop_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

std::shared_ptr<spdlog::logger> make_log(tokend::LogLevel level) {
  auto log = std::make_shared<spdlog::logger>("tokend", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  switch (level) {
    case tokend::LogLevel::kDebug:
      log->set_level(spdlog::level::debug);
      break;
    case tokend::LogLevel::kInfo:
      log->set_level(spdlog::level::info);
      break;
    case tokend::LogLevel::kWarn:
      log->set_level(spdlog::level::warn);
      break;
    case tokend::LogLevel::kError:
      log->set_level(spdlog::level::err);
      break;
  }
  return log;
}

int complain(const std::string& sentence, int exit_code) {
  std::fprintf(stderr, "tokend: %s\n", sentence.c_str());
  return exit_code;
}

int run(const tokend::Options& options, const sigset_t& stop_signals) {
  const auto log = make_log(options.log_level);
  for (const std::string& remark : options.remarks) log->warn("{}", remark);

  const auto live = tokend::LiveSnapshot::open(options.store, log);
  if (!live) return complain(live.error().message, kFailureExit);
  const tokend::RequestHandlers handlers([&] { return (*live)->current(); },
                                         [] { return std::int64_t{std::time(nullptr)}; }, log);
  const auto server = tokend::Server::listen(options.addresses, handlers, log);
  if (!server) return complain(server.error().message, kFailureExit);
  (*server)->start();
  std::printf("tokend listening on %s\n", (*server)->url().c_str());
  std::fflush(stdout);

  int signal = 0;
  sigwait(&stop_signals, &signal);
  log->info("stopping");
  if (!(*server)->stop(options.drain)) log->warn("the drain time is over; connections were cut");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  forbid_core_dumps();
  const sigset_t stop_signals = hold_stop_signals();
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
    return run(*invocation->options, stop_signals);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailureExit);
  }
}
