#include <iostream>
#include <sstream>

#include "faults.h"
#include "support/fault_plan.h"
#include "walk.h"

namespace faults {
namespace {

constexpr const char* kOutOfMemory = "tokenctl: out of memory, or an internal error\n";

/// Whatever has failed, it ends by itself with a documented status, and its answer is whole or is said not to be.
void check(const support::RunResult& result, const support::RunResult& undisturbed) {
  must(result.exit_code >= 0 && result.exit_code <= 3,
       "it ends with " + std::to_string(result.exit_code) + ": " + result.err);
  must(result.exit_code != 0 || result.out == undisturbed.out, "it answers something else, and says that all is well");
  must(result.exit_code != 3 || !result.err.empty(), "it fails without a word");
  std::istringstream lines(result.err);
  for (std::string line; std::getline(lines, line);)
    must(line.rfind("tokenctl: ", 0) == 0, "a line that is not its own: " + line);
}

}  // namespace

void fail_command_line(const Options& options) {
  const World world;
  const Held token = world.mint();
  const std::vector<std::vector<std::string>> commands{
      {"--version"},
      {"create", "--help"},
      {"orgs", "list"},
      {"list", "--json"},
      {"list", "--expiry", "7d"},
      {"lsit"},
      {"verify", "-t", token.header, "--org", "arcadia-dev", "--action", "r"}};
  std::size_t out_of_memory = 0;
  for (const auto& arguments : commands) {
    const std::string name = arguments.front() + " " + arguments.back().substr(0, 10);
    if (!options.only.empty() && options.only != arguments.front()) continue;
    const support::RunResult undisturbed = world.tokenctl(arguments);
    for (const std::uint64_t in_a_row : {std::uint64_t{1}, support::FaultPlan::kAllThatFollow}) {
      support::FaultPlan plan;
      const auto act = [&] {
        const auto result = world.tokenctl(arguments, plan.environment());
        check(result, undisturbed);
        out_of_memory += result.err.ends_with(kOutOfMemory) ? 1U : 0U;
      };
      const std::size_t rounds = walk(plan, {support::Fault::kMemory, in_a_row, options.rounds}, name, act, [] {});
      std::cout << name << ": " << rounds << " rounds\n";
    }
  }
  must(out_of_memory > 0, "it never runs out of memory");
}

}  // namespace faults
