#include "sequence.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "authority/store/check.h"
#include "authority/tokens/keyring.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

constexpr std::int64_t kBeginning = 1'800'000'000;

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = [] {
    std::vector<Operation> together;
    for (auto some : {mint_operations(), end_operations(), store_operations(), daemon_operations()})
      together.insert(together.end(), some.begin(), some.end());
    return together;
  }();
  return all;
}

// What was done, and then every token by every judge.
void take_step(Run& run, const Step& step) {
  Random random(step.seed);
  run.said.clear();
  run.has_looked = false;
  operations()[step.operation].act(run, random);

  const auto snapshot = value_of(Snapshot::load(run.world.store()), "the store cannot be read");
  run.model.settle([&](const TokenId& id) { return snapshot->is_revoked(id); });
  if (run.has_looked) run.slot_states.clear();
  run.slot_states.push_back(run.model.state);
  check_store(run, *snapshot);
  check_slot(run);
  if (run.has_looked || random.one_in(4)) return;
  run.look(!random.one_in(3));
  run.slot_states = {run.model.state};
  check_slot(run);
}

}  // namespace

const Actor& ann() {
  static const Actor actor{std::nullopt, "", "ann", ""};
  return actor;
}

Run::Run(const Template& beginning, const fs::path& folder)
    : world(beginning, folder), now(kBeginning), latest(kBeginning) {
  model.state.orgs = {{1, 0, {1}}};
  read_active_keys();
  slot_states = {model.state};
}

void Run::look(bool after_writing) {
  demand(world.daemon().look(after_writing), "the daemon does not take what is in the store");
  demand(world.daemon().judge() != nullptr, "the daemon has looked, and judges nothing");
  has_looked = true;
}

void Run::read_active_keys() {
  for (OrgState& org : model.state.orgs) {
    org.active_key = model.key_of(value_of(active_key(world.store(), org.id), "the active key").kid, org.id);
    model.state.keys.insert(org.active_key);
    demand(!model.state.retired.contains(org.active_key), "a retired key signs");
  }
}

Sequence any_sequence(std::uint64_t seed, std::size_t length, const std::string& only) {
  Random random(seed);
  std::vector<std::size_t> chances;  // an operation as often as it weighs
  for (std::size_t i = 0; i < operations().size(); ++i) {
    const bool taken =
        only.empty() || ("," + only + ",").find("," + std::string(operations()[i].name) + ",") != only.npos;
    if (taken) chances.insert(chances.end(), operations()[i].weight, i);
  }
  if (chances.empty()) throw std::runtime_error("there is no operation " + only);
  Sequence sequence;
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t operation = chances[random.below(chances.size())];
    sequence.push_back({operation, random.next()});
  }
  return sequence;
}

Outcome execute(const Sequence& sequence, const Template& beginning, const fs::path& folder) {
  Outcome outcome;
  Run run(beginning, folder);
  for (const Step& step : sequence) {
    try {
      take_step(run, step);
    } catch (const std::exception& error) {
      outcome.failure = error.what();
    }
    if (!run.said.empty()) outcome.story += "  " + run.said + "\n";
    if (outcome.failure) break;
  }
  outcome.counts = run.counts;
  return outcome;
}

Sequence shrink(Sequence sequence, const Template& beginning, const fs::path& folder) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (std::size_t size = std::max<std::size_t>(sequence.size() / 2, 1); size > 0;) {
    bool shorter = false;
    for (std::size_t from = 0; from < sequence.size();) {
      if (std::chrono::steady_clock::now() > patience) return sequence;
      Sequence fewer = sequence;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(from);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, fewer.size() - from)));
      if (execute(fewer, beginning, folder).failure) {
        sequence = std::move(fewer);
        shorter = true;
      } else {
        from += size;
      }
    }
    if (size > 1) {
      size /= 2;
    } else if (!shorter) {
      size = 0;
    }
  }
  return sequence;
}

}  // namespace revocation_test
