// Whether anything that was ended is ever allowed again: random sequences of all that is done to a store and to a
// daemon that follows it, compared with a plain model.

#include <sodium.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <string>

#include "sequence.h"

namespace {

using namespace revocation_test;

struct Options {
  std::uint64_t sequences = 400;
  std::uint64_t seed = 1;
  std::uint64_t length = 40;
  std::uint64_t jobs = 1;
  std::string only;
};

int usage() {
  std::cerr << "usage: revocation_model [--sequences N] [--seed S] [--length L] [--jobs J]"
               " [--only OPERATION,…]\n"
               "  The sequence i, from 0, is that of the seed S + i.\n";
  return 2;
}

// In memory where there is such a place: what a store costs is waiting for the disk.
fs::path new_folder() {
  const fs::path memory = "/dev/shm";
  const fs::path parent = ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : fs::temp_directory_path();
  std::string name = (parent / "libtoken-revocation-XXXXXX").native();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

int run_all(const Options& options, const fs::path& folder) {
  const Template beginning(folder / "beginning");
  Counts counts;
  for (std::uint64_t seed = options.seed; seed < options.seed + options.sequences; ++seed) {
    const Sequence sequence = any_sequence(seed, options.length, options.only);
    const auto attempt = [&](const Sequence& steps) { return execute(steps, beginning, folder / "run"); };
    const Outcome outcome = attempt(sequence);
    counts.add(outcome.counts);
    if (!outcome.failure) continue;
    std::string report = "revocation_model --seed " + std::to_string(seed) + " --sequences 1 --length " +
                         std::to_string(options.length) +
                         (options.only.empty() ? "" : " --only '" + options.only + "'") + ": " + *outcome.failure +
                         "\n" + outcome.story;
    const Outcome shorter = attempt(shrink(sequence, beginning, folder / "run"));
    if (shorter.failure) report += "shorter: " + *shorter.failure + "\n" + shorter.story;
    std::cerr << report << std::flush;
    return 1;
  }
  std::cout << "refused " + std::to_string(counts.refused) + ", allowed " + std::to_string(counts.allowed) +
                   "; by the daemon's judge " + std::to_string(counts.refused_by_slot) + " and " +
                   std::to_string(counts.allowed_by_slot) + "\n"
            << std::flush;
  const bool seen =
      counts.refused > 0 && counts.allowed > 0 && counts.refused_by_slot > 0 && counts.allowed_by_slot > 0;
  return seen || options.sequences < 10 ? 0 : 1;
}

int run_job(const Options& options) {
  fs::path folder;
  int status = 1;
  try {
    folder = new_folder();
    status = run_all(options, folder);
  } catch (const std::exception& error) {
    std::cerr << "revocation_model: " << error.what() << "\n";
  }
  std::error_code ignored;
  if (!folder.empty()) fs::remove_all(folder, ignored);
  return status;
}

// Each process has seeds of its own.
int run_jobs(const Options& options) {
  for (std::uint64_t job = 0; job < options.jobs; ++job) {
    const std::uint64_t from = options.sequences * job / options.jobs;
    const std::uint64_t to = options.sequences * (job + 1) / options.jobs;
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) ::_exit(run_job({to - from, options.seed + from, options.length, 1, options.only}));
  }
  int failed = 0;
  for (int status = 0; ::wait(&status) > 0;)
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) failed = 1;
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (argc % 2 != 1 || sodium_init() < 0) return usage();
  for (int i = 1; i < argc; i += 2) {
    if (std::strcmp(argv[i], "--only") == 0) {
      options.only = argv[i + 1];
      continue;
    }
    char* rest = nullptr;
    const std::uint64_t value = std::strtoull(argv[i + 1], &rest, 10);
    if (*rest != '\0' || rest == argv[i + 1]) return usage();
    if (std::strcmp(argv[i], "--sequences") == 0) {
      options.sequences = value;
    } else if (std::strcmp(argv[i], "--seed") == 0) {
      options.seed = value;
    } else if (std::strcmp(argv[i], "--length") == 0) {
      options.length = value;
    } else if (std::strcmp(argv[i], "--jobs") == 0 && value > 0) {
      options.jobs = value;
    } else {
      return usage();
    }
  }
  return options.jobs == 1 ? run_job(options) : run_jobs(options);
}
