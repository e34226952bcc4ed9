// The clock moves, and the daemon is started anew or told to read its settings again.
#include <algorithm>

#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "run.h"

namespace revocation_test {

using namespace libtoken;
using namespace libtoken::authority;

namespace {

constexpr std::int64_t kTolerance = std::chrono::seconds(kClockTolerance).count();

void move_clock(Run& run, Random& random) {
  constexpr std::int64_t kHour = 60 * 60;
  constexpr std::int64_t kMonth = 31 * 24 * kHour;
  std::int64_t by = 0;
  switch (random.below(3)) {
    case 0: by = 1 + static_cast<std::int64_t>(random.below(200)); break;
    case 1: by = kHour * static_cast<std::int64_t>(1 + random.below(48)); break;
    case 2: by = kMonth; break;
  }
  run.now += by;
  run.latest = std::max(run.latest, run.now);
  run.say("the clock moves by " + std::to_string(by) + " s");
}

void set_clock_back_a_little(Run& run, Random& random) {
  run.now = run.latest - static_cast<std::int64_t>(random.below(static_cast<std::size_t>(kTolerance) + 1));
  run.say("the clock is " + std::to_string(run.latest - run.now) + " s behind");
}

template <class T>
void demand_clock(const Result<T>& result, const char* what) {
  demand(!result && result.error().kind == ErrorKind::kClock, std::string("with a clock far behind: ") + what);
}

void set_clock_far_back(Run& run, Random& random) {
  run.now = run.latest;
  (void)value_of(remember_time(run.world.store(), run.now), "remember the time");
  ++run.writes;
  run.look(true);
  constexpr std::size_t kYear = 365 * 24 * 60 * 60;
  const std::int64_t behind =
      run.now - kTolerance - 1 - static_cast<std::int64_t>(random.below(random.one_in(2) ? 1 : kYear));
  run.say("the clock is " + std::to_string(run.now - behind) + " s behind, and set right");
  check_clock_behind(run, behind);
  demand_clock(prune(run.world.store(), ann(), behind), "prune");
  if (run.model.state.orgs.empty()) return;
  MintRequest request;
  request.org = run.model.state.orgs.front().id;
  demand_clock(mint(run.world.store(), request, ann(), behind), "mint");
  demand_clock(rotate_key(run.world.store(), *request.org, ann(), behind), "rotate");
}

void restart(Run& run, Random&) {
  run.world.stop_daemon();
  run.world.start_daemon();
  run.slot_time = 0;
  run.has_looked = true;
  run.say("restart the daemon");
}

void begin_reload(Run& run, Random&) {
  if (run.world.daemon().is_reloading()) return;
  run.world.daemon().begin_reload();
  run.say("a reload begins");
}

void end_reload(Run& run, Random&) {
  if (!run.world.daemon().is_reloading()) return;
  run.say("the reload ends");
  run.world.daemon().end_reload();
  // Here and not only after it has looked, which it may by then.
  check_slot(run);
}

}  // namespace

std::vector<Operation> daemon_operations() {
  return {
      {"clock", move_clock, 8}, {"clock back", set_clock_back_a_little, 3}, {"clock far back", set_clock_far_back, 1},
      {"restart", restart, 1},  {"reload begins", begin_reload, 4},         {"reload ends", end_reload, 4}};
}

}  // namespace revocation_test
