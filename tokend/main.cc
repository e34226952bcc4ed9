#include <cstdio>
#include <exception>
#include <string>

#include "daemon.h"
#include "operations/process.h"
#include "settings/options.h"

namespace {

constexpr int kUsageExit = 2;
constexpr int kFailureExit = 3;

int fail_with(const std::string& sentence, int exit_code) {
  std::fprintf(stderr, "tokend: %s\n", sentence.c_str());
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  tokend::forbid_core_dumps();
  const sigset_t signals = tokend::block_signals();
  try {
    const auto invocation = tokend::read_options(argc, argv, tokend::process_environment());
    if (!invocation) return fail_with(invocation.error().message, kUsageExit);
    if (!invocation->options) {
      std::fputs(invocation->text.c_str(), stdout);
      return 0;
    }
    if (invocation->options->check_config) {
      std::fputs(invocation->options->in_force.c_str(), stdout);
      return 0;
    }
    const auto ran = tokend::run_daemon(*invocation->options, argc, argv, signals);
    return ran ? 0 : fail_with(ran.error().message, kFailureExit);
  } catch (const std::exception& error) {
    return fail_with(error.what(), kFailureExit);
  }
}
