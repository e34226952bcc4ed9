#include <csignal>
#include <iostream>
#include <thread>

#include "faults.h"

namespace faults {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

enum class Job { kMint, kRevoke, kRotate };

std::vector<std::string> arguments(Job job, const Held& victim) {
  switch (job) {
    case Job::kMint: return {"create", "readonly", "--org", "arcadia-dev", "--expiry", "never"};
    case Job::kRevoke: return {"revoke", to_string(victim.id)};
    case Job::kRotate: return {"keys", "rotate", "--org", "arcadia-dev"};
  }
  return {};
}

// How long one takes when nobody kills it: the longest of three.
microseconds usual_time(const World& world, Job job, const Held& victim) {
  microseconds longest{0};
  for (int i = 0; i < 3; ++i) {
    const World copy(world);
    const auto before = std::chrono::steady_clock::now();
    const auto result = copy.tokenctl(arguments(job, victim));
    longest = std::max(longest, std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - before));
    must(result.exit_code == 0, "tokenctl fails without being killed: " + result.err);
  }
  return longest;
}

struct Tally {
  int told = 0;     ///< it had said that it was done
  int silent = 0;   ///< it was killed before, and had done it
  int nothing = 0;  ///< it was killed before it had done anything
};

}  // namespace

void kill_tokenctl(const Options& options) {
  std::mt19937_64 random(options.seed);
  World world;
  std::vector<Held> tokens{world.mint()};
  const microseconds usual[] = {usual_time(world, Job::kMint, tokens[0]), usual_time(world, Job::kRevoke, tokens[0]),
                                usual_time(world, Job::kRotate, tokens[0])};
  std::size_t keys = 1;
  std::size_t known_tokens = 1;
  std::size_t known_revocations = 0;
  int late = 0;
  Tally tally;
  for (int round = 0; round < options.rounds; ++round) {
    const Job job = static_cast<Job>(random() % 3);
    Held& victim = tokens[random() % tokens.size()];
    support::Process process(world.command(arguments(job, victim)));
    const microseconds time = usual[static_cast<int>(job)];
    std::this_thread::sleep_for(random_between(random, time / 5, time));
    process.signal(SIGKILL);
    const auto result = process.wait();
    // It has told somebody once its answer is out, whether or not it could end by itself.
    const bool told = result.exit_code == 0 || (!result.out.empty() && result.out.back() == '\n');
    must(told || result.exit_code == 128 + SIGKILL, "tokenctl failed by itself: " + result.err);

    milliseconds opening{0};
    const Truth truth = world.truth(&opening);
    late += opening > std::chrono::seconds(1) ? 1 : 0;
    bool has_done = false;
    switch (job) {
      case Job::kMint:
        has_done = truth.report.tokens == known_tokens + 1;
        must(has_done || truth.report.tokens == known_tokens, "tokens came or went");
        if (told) {
          tokens.push_back(held(result.out.substr(0, result.out.find('\n'))));
          must(truth.has(tokens.back()), "a token that was handed out is not in the registry");
        }
        break;
      case Job::kRevoke:
        has_done = truth.is_revoked(victim);
        victim.revoked = has_done;
        break;
      case Job::kRotate:
        has_done = truth.keys == keys + 1;
        must(has_done || truth.keys == keys, "keys came or went");
        break;
    }
    must(has_done || !told, "what was said to be done is not done");
    ++(told ? tally.told : has_done ? tally.silent : tally.nothing);
    known_tokens = truth.report.tokens;
    keys = truth.keys;
    must(truth.report.revocations >= known_revocations, "a revocation is gone");
    known_revocations = truth.report.revocations;
    for (const Held& token : tokens) {
      must(truth.is_revoked(token) == token.revoked, "a token was revoked, or its revocation is gone");
      must(truth.allows(token) == !token.revoked, token.revoked ? "a revoked token is accepted" : "a token is refused");
    }
  }
  std::cout << options.rounds << " rounds: " << tally.told << " had said they were done, " << tally.silent
            << " had done it without saying, " << tally.nothing << " had done nothing; " << late << " opened late\n";
  // A machine with other things to do may be late now and then.
  must(late <= 1 + options.rounds / 50, "the store took more than a second to open");
  must(options.rounds < 50 || (tally.told > 0 && tally.nothing > 0),
       "the moments were not random enough to say anything");
}

}  // namespace faults
