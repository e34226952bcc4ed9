#include <unistd.h>

#include <exception>
#include <string_view>
#include <type_traits>
#include <variant>

#include "command_line/command_line.h"
#include "commands/run.h"
#include "output/output.h"
#include "service/service.h"

namespace {

using tokenctl::Exit;

constexpr std::string_view kOutOfMemory = "tokenctl: out of memory, or an internal error\n";

/// Allocates nothing.
void say_out_of_memory() noexcept { (void)!::write(STDERR_FILENO, kOutOfMemory.data(), kOutOfMemory.size()); }

/// Where an exception leaves a function that must not throw, as CLI11 has some.
[[noreturn]] void end_in_words() noexcept {
  say_out_of_memory();
  ::_exit(static_cast<int>(Exit::kFailed));
}

/// Before the texts that CLI11 makes before main().
[[gnu::constructor(101)]] void end_in_words_on_terminate() noexcept { std::set_terminate(end_in_words); }

Exit run(int argc, const char* const* argv) {
  const auto invocation = tokenctl::parse_command_line(argc, argv);
  if (!invocation) return invocation.error();
  const auto outcome = std::visit(
      [&](const auto& command) -> tokenctl::Outcome<Exit> {
        using Kind = std::decay_t<decltype(command)>;
        const auto place = tokenctl::check_service_flags(invocation->globals, tokenctl::kDaemonCanDo<Kind>,
                                                         tokenctl::kNeedsStore<Kind>);
        if (!place) return tl::unexpected<tokenctl::Failure>(place.error());
        return tokenctl::run(invocation->globals, command);
      },
      invocation->command);
  if (outcome) return *outcome;
  tokenctl::remark(outcome.error().message);
  return outcome.error().exit;
}

}  // namespace

int main(int argc, char** argv) {
  Exit exit = Exit::kFailed;
  try {
    exit = run(argc, argv);
  } catch (const std::exception&) {
    say_out_of_memory();
  }
  if (!tokenctl::flush_answer()) {
    tokenctl::remark("cannot write to standard output");
    exit = Exit::kFailed;
  }
  return static_cast<int>(exit);
}
