// Compares judges with the model.
#include <algorithm>
#include <memory>

#include "authority/tokens/keyring.h"
#include "run.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

Result<Decision> ask(const Judge& judge, const Token& token, const Copy& copy, std::int64_t now,
                     VerifierScratch& scratch) {
  Access access;
  access.action = kRead;  // which every profile and every narrowing here leaves
  return judge.decide({copy.header, ResourceRef(token.org), {}, access}, now, scratch);
}

std::string described(const Decision& decision) {
  return decision.reasons.empty() ? "" : std::string(" (") + to_string(decision.reasons.front().code) + ")";
}

void compare(const Result<Decision>& decision, bool must_refuse, bool must_allow, const std::string& whose,
             const std::string& token) {
  demand(decision.has_value(), whose + " does not answer about " + token);
  demand(!(must_refuse && decision->allowed), whose + " allows " + token + ", which is over");
  demand(!must_allow || decision->allowed, whose + " refuses " + token + ", which is good" + described(*decision));
}

std::string named(Index token, std::size_t copy) {
  return name_of(token) + (copy == 0 ? "" : "'s copy " + std::to_string(copy));
}

}  // namespace

std::string name_of(Index token) { return "t" + std::to_string(token); }

void Counts::add(const Counts& other) noexcept {
  refused += other.refused;
  allowed += other.allowed;
  refused_by_slot += other.refused_by_slot;
  allowed_by_slot += other.allowed_by_slot;
}

void check_store(Run& run, const Snapshot& snapshot) {
  const Judge judge(std::shared_ptr<const Snapshot>(std::shared_ptr<const Snapshot>(), &snapshot));
  VerifierScratch scratch;
  for (Index i = 0; i < run.model.tokens.size(); ++i) {
    const Token& token = run.model.tokens[i];
    const bool over = run.model.refuses(i);
    for (std::size_t c = 0; c < token.copies.size(); ++c) {
      const Copy& copy = token.copies[c];
      const bool refuse = over || (copy.end && *copy.end < run.now);
      compare(ask(judge, token, copy, run.now, scratch), refuse, !refuse, "the store", named(i, c));
      ++(refuse ? run.counts.refused : run.counts.allowed);
    }
  }
}

void check_slot(Run& run) {
  const Judge* judge = run.world.daemon().judge();
  if (judge == nullptr || run.model.tokens.empty()) return;
  VerifierScratch scratch;
  // Time goes back for no judge of a daemon, and which records this one has seen is not said.
  run.slot_time = std::max(run.slot_time, run.now);
  for (Index i = 0; i < run.model.tokens.size(); ++i) {
    const Token& token = run.model.tokens[i];
    const auto refuses = [&](const State& state) { return state.refuses(token, i); };
    const bool over = std::all_of(run.slot_states.begin(), run.slot_states.end(), refuses);
    const bool good = std::none_of(run.slot_states.begin(), run.slot_states.end(), refuses);
    for (std::size_t c = 0; c < token.copies.size(); ++c) {
      const Copy& copy = token.copies[c];
      const bool refuse = over || (copy.end && *copy.end < run.slot_time);
      const bool allow = good && (!copy.end || *copy.end >= run.latest);
      compare(ask(*judge, token, copy, run.now, scratch), refuse, allow, "the daemon", named(i, c));
      if (refuse) ++run.counts.refused_by_slot;
      if (allow) ++run.counts.allowed_by_slot;
    }
  }
}

void check_clock_behind(Run& run, std::int64_t now_unix_s) {
  const Judge fresh(value_of(Snapshot::load(run.world.store()), "the store cannot be read"));
  const Judge* slot = run.world.daemon().judge();
  VerifierScratch scratch;
  for (const Judge* judge : {&fresh, slot}) {
    if (judge == nullptr) continue;
    for (const Token& token : run.model.tokens) {
      for (const Copy& copy : token.copies) {
        const auto decision = ask(*judge, token, copy, now_unix_s, scratch);
        demand(!decision && decision.error().kind == ErrorKind::kClock, "with a clock far behind there is an answer");
      }
    }
  }
}

}  // namespace revocation_test
