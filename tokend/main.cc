#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "daemon.h"
#include "operations/process.h"
#include "settings/options.h"

namespace {

constexpr int kUsageExit = 2;
constexpr int kFailureExit = 3;

/// Where an exception leaves a function that must not throw. Allocates nothing.
[[noreturn]] void end_in_words() noexcept {
  constexpr std::string_view kOutOfMemory = "tokend: out of memory, or an internal error\n";
  (void)!::write(STDERR_FILENO, kOutOfMemory.data(), kOutOfMemory.size());
  ::_exit(kFailureExit);
}

/// Before the texts that CLI11, which has such functions, makes before main().
[[gnu::constructor(101)]] void end_in_words_on_terminate() noexcept { std::set_terminate(end_in_words); }

int fail_with(const std::string& sentence, int exit_code) {
  std::fprintf(stderr, "tokend: %s\n", sentence.c_str());
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  tokend::forbid_core_dumps();
  const sigset_t signals = tokend::block_signals();
  try {
    const auto command_line = tokend::parse_command_line(argc, argv);
    if (!command_line) return fail_with(command_line.error().message, kUsageExit);
    if (!command_line->text.empty()) {
      std::fputs(command_line->text.c_str(), stdout);
      return 0;
    }
    const auto options = tokend::read_options(*command_line, tokend::process_environment());
    if (!options) return fail_with(options.error().message, kUsageExit);
    if (command_line->check_config) {
      std::fputs(options->in_force.c_str(), stdout);
      return 0;
    }
    std::set_terminate(std::abort);  // from here on nothing should end it, and what does leaves a trace
    const auto ran = tokend::run_daemon(*options, *command_line, signals);
    return ran ? 0 : fail_with(ran.error().message, kFailureExit);
  } catch (const std::exception& error) {
    return fail_with(error.what(), kFailureExit);
  }
}
