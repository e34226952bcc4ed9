#include "commands/consent.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace tokenctl {

Outcome<void> ask_consent(std::string_view question, bool yes) {
  if (yes) return {};
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
    return fail(Exit::kUsage, "there is nobody here to ask: say --yes to go on");
  std::fprintf(stderr, "tokenctl: %.*s Write yes to go on: ", static_cast<int>(question.size()), question.data());
  std::string line;
  std::getline(std::cin, line);
  if (line == "yes") return {};
  return fail(Exit::kRefused, "nothing was done");
}

}  // namespace tokenctl
