// Whether anything is lost, or half done, whatever is done to the programs: the real ones, over real files.

#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>

#include "faults.h"

namespace {

struct Test {
  const char* name;
  void (*run)(const faults::Options&);
  int rounds;  ///< unless told
  const char* what;
};

constexpr Test kTests[] = {
    {"kill-tokenctl", faults::kill_tokenctl, 200, "kill -9 of the command line at random moments"},
    {"kill-tokend", faults::kill_tokend, 100, "kill -9 of the daemon at random moments, while it is asked to write"},
#ifdef HAS_FAILING_CALLS
    {"fail-memory", faults::fail_memory, 10, "the daemon's allocations fail one by one, at most so many a request"},
    {"starve", faults::starve, 30, "one in so many of the daemon's allocations fails, by turns few and many"},
    {"fail-calls", faults::fail_calls, 2,
     "the daemon's system calls fail one by one, at most so many a request and fault"},
    {"fail-start", faults::fail_start, 20, "the same while it starts and stops"},
    {"fail-command-line", faults::fail_command_line, 12,
     "the allocations of tokenctl's commands fail one by one, at most so many a command"},
    {"fail-writes", faults::fail_writes, 61,
     "a full disk, I/O errors and the like at one in so many of tokenctl's calls"},
    {"move-clock", faults::move_clock, 1, "the clock set back, forward and back again"},
#endif
    {"share-store", faults::share_store, 40, "the command line and the daemon write to one store at once"},
    {"revoke-reload", faults::revoke_reload, 1000, "two daemons revoke, while they reload and their store is replaced"},
};

int usage() {
  std::cerr << "usage: faults NAME [--rounds N] [--seed N] [--only REQUEST]\n";
  for (const Test& test : kTests) {
    std::cerr << "  " << test.name << ": " << test.what << " (" << test.rounds << " rounds)\n";
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const Test* chosen = nullptr;
  for (const Test& test : kTests) {
    if (argc > 1 && std::strcmp(argv[1], test.name) == 0) chosen = &test;
  }
  if (chosen == nullptr || argc % 2 != 0 || sodium_init() < 0) return usage();
  faults::Options options{chosen->rounds, randombytes_random(), ""};
  for (int i = 2; i < argc; i += 2) {
    const long long value = std::atoll(argv[i + 1]);
    if (std::strcmp(argv[i], "--only") == 0) {
      options.only = argv[i + 1];
    } else if (std::strcmp(argv[i], "--rounds") == 0 && value > 0) {
      options.rounds = static_cast<int>(value);
    } else if (std::strcmp(argv[i], "--seed") == 0) {
      options.seed = static_cast<std::uint64_t>(value);
    } else {
      return usage();
    }
  }
  // What somebody has set for their own use is not for the programs under test.
  for (const char* name : {"TOKENCTL_STORE", "TOKENCTL_SERVER", "TOKENCTL_AUTH", "TOKENCTL_TOKEN", "FLY_API_TOKEN"}) {
    ::unsetenv(name);
  }
  try {
    chosen->run(options);
  } catch (const std::exception& error) {
    std::cerr << chosen->name << " --seed " << options.seed << ": " << error.what() << "\n";
    return 1;
  }
  return 0;
}
