#include "operations/process.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <initializer_list>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOKEND_LEAK_CHECKER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define TOKEND_LEAK_CHECKER 1
#endif

namespace tokend {

void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef TOKEND_LEAK_CHECKER  // which reads the process's memory as a debugger does
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace tokend
