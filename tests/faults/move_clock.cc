#include <csignal>
#include <ctime>
#include <fstream>

#include "faults.h"

namespace faults {
namespace {

constexpr std::int64_t kHour = 60 * 60;

/// The clock of the programs that are started with environment().
class Clock {
 public:
  Clock() { move(0); }
  void move(std::int64_t offset_s) {
    // In place, because the programs have the file mapped.
    std::fstream out(file(), std::ios::binary | std::ios::in | std::ios::out);
    if (!out) out.open(file(), std::ios::binary | std::ios::out);
    out.write(reinterpret_cast<const char*>(&offset_s), sizeof offset_s);
    out.flush();
    must(out.good(), "the clock cannot be moved");
  }
  [[nodiscard]] support::Environment environment() const {
    return {{"LD_PRELOAD", MOVED_CLOCK}, {"CLOCK_OFFSET", file().string()}};
  }

 private:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "offset"; }
  support::TempDir folder_;
};

/// What is asked at every stop. A token lasts an hour, one lasts until a minute before two hours are over, one never
/// ends, and one was revoked.
struct Tokens {
  Held hour;
  Held almost_two;
  Held forever;
  Held revoked;
};

void expect(const char* when, const support::Daemon& daemon, const Held& token, const std::string& wanted) {
  const std::string came = verdict(daemon, token);
  must(came == wanted, std::string(when) + ": " + came + " where it should be " + wanted);
}

void expect_no_answers(const char* when, const support::Daemon& daemon, const Tokens& tokens) {
  for (const Held* token : {&tokens.hour, &tokens.almost_two, &tokens.forever, &tokens.revoked}) {
    expect(when, daemon, *token, "clock");
  }
  const auto ready = support::get(daemon.port(), "/readyz");
  must(ready.status == 503 && ready.body.find("\"clock\"") != std::string::npos, "it is ready with such a clock");
  must(support::get(daemon.port(), "/livez").status == 200, "it does not live any more");
  must(daemon.logs("the clock is more than five minutes behind"), "its log does not say why");
}

void expect_ended(const char* when, const support::Daemon& daemon, const Tokens& tokens) {
  expect(when, daemon, tokens.hour, "expired");
  expect(when, daemon, tokens.almost_two, "expired");
  expect(when, daemon, tokens.forever, "allowed");
  expect(when, daemon, tokens.revoked, "revoked");
}

void stop(support::Daemon& daemon) {
  daemon.process().signal(SIGTERM);
  const auto result = daemon.process().wait();
  must(result.exit_code == 0, "it did not end well: " + result.err);
}

}  // namespace

void move_clock(const Options&) {
  const World world;
  const std::int64_t now = std::time(nullptr);
  const Tokens tokens{world.mint(now + kHour), world.mint(now + 2 * kHour - 60), world.mint(), world.mint()};
  world.revoke(tokens.revoked);
  Clock clock;
  {
    auto daemon = world.tokend(clock.environment());
    expect("at first", daemon, tokens.hour, "allowed");
    expect("at first", daemon, tokens.almost_two, "allowed");
    expect("at first", daemon, tokens.revoked, "revoked");
    clock.move(-kHour);
    expect_no_answers("back an hour", daemon, tokens);
    clock.move(2 * kHour);
    expect_ended("forward two hours", daemon, tokens);
    clock.move(2 * kHour - 200);
    expect_ended("back a little, to before one has ended", daemon, tokens);
    clock.move(0);
    expect_no_answers("back two hours", daemon, tokens);
    clock.move(2 * kHour + 10);
    expect_ended("forward again", daemon, tokens);
    stop(daemon);
  }
  clock.move(0);
  {
    auto daemon = world.tokend(clock.environment());
    expect_no_answers("back two hours, and a new daemon", daemon, tokens);
    clock.move(2 * kHour - 200);
    expect_ended("a new daemon, and back a little", daemon, tokens);
    clock.move(0);
    expect_no_answers("back again", daemon, tokens);

    // With such a clock nothing is made, and yet whoever has to leave can be made to.
    const auto made = world.tokenctl({"create", "readonly", "--org", "arcadia-dev"}, clock.environment());
    must(made.exit_code == 3 && made.out.empty(), "a token is made with a clock that is not to be trusted");
    must(made.err.find("clock") != std::string::npos, "it does not say why: " + made.err);
    const auto gone = world.tokenctl({"revoke", to_string(tokens.forever.id)}, clock.environment());
    must(gone.exit_code == 0, "nothing can be revoked with such a clock: " + gone.err);
    clock.move(2 * kHour + 20);
    must(support::eventually([&] { return verdict(daemon, tokens.forever) == "revoked"; }, std::chrono::seconds(5)),
         "what was revoked with a wrong clock is accepted with a right one");
    stop(daemon);
  }
}

}  // namespace faults
