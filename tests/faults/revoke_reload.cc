#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <functional>
#include <iostream>
#include <mutex>
#include <thread>

#include "acknowledged.h"
#include "asking.h"
#include "restorer.h"

namespace faults {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kDaemons = 2;
constexpr int kRevokersEach = 2;
/// From then on a token must be refused by the daemon too that was not the one to revoke it. Until then the one that
/// did is asked about it again and again.
constexpr seconds kBound{2};
/// Without anything being revoked for so long, something hangs.
constexpr seconds kPatience{30};
constexpr std::size_t kMostAtOnce = 40;

class Stress {
 public:
  Stress(const World& world, const Options& options);
  /// Does everything at once until every token has been revoked.
  void run();
  /// Asks about all tokens once more, stops the daemons, and looks through what is left.
  void check_end();

 private:
  void revoke(std::size_t daemon, std::uint64_t seed);
  void revoke_one(std::size_t token, std::size_t daemon, Client& client, Client& asker, std::mt19937_64& random);
  void watch(std::size_t daemon, std::uint64_t seed);
  void reload(std::size_t daemon, std::uint64_t seed);
  void restore(std::uint64_t seed);

  [[nodiscard]] Verdict ask_one(Client& client, std::size_t token);
  /// Which of them were answered.
  std::vector<bool> ask_about(Client& client, const std::vector<Acknowledgement>& tokens, std::size_t daemon);
  void note(Verdict verdict, const Acknowledgement& one, std::size_t daemon) {
    if (verdict == Verdict::kAllowed) acknowledged_.note_allowed(one, daemon);
  }

  void complain(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (complaint_.empty()) complaint_ = what;
    ending_ = true;
  }
  void pause(std::mt19937_64& random, milliseconds most) const {
    if (!ending_) std::this_thread::sleep_for(random_between(random, milliseconds(1), most));
  }
  [[nodiscard]] int port(std::size_t daemon) const { return daemons_[daemon]->port(); }

  const World& world_;
  std::mt19937_64 random_;
  const Held admin_;
  const std::vector<Held> tokens_;
  std::vector<std::string> questions_;  // about the token of the same number
  std::optional<support::Daemon> daemons_[kDaemons];

  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> asked_{0};
  std::atomic<std::size_t> unanswered_{0};
  std::atomic<std::size_t> put_off_{0};
  std::atomic<std::size_t> reloads_{0};
  std::atomic<std::size_t> restores_{0};
  Acknowledged acknowledged_;

  std::mutex mutex_;  // guards what follows
  std::string complaint_;
};

Stress::Stress(const World& world, const Options& options)
    : world_(world),
      random_(options.seed),
      admin_(world.mint(std::nullopt, true)),
      tokens_(world.mint_many(options.rounds)) {
  for (const Held& token : tokens_) questions_.push_back(question_about(token));
  // Else every refusal is in the log.
  for (auto& daemon : daemons_) {
    daemon.emplace(TOKEND_PROGRAM, std::vector<std::string>{"--listen", "127.0.0.1:0", "--store", world.address().url,
                                                            "--log-level", "warn"});
  }
}

Verdict Stress::ask_one(Client& client, std::size_t token) {
  ++asked_;
  const Verdict verdict = ask(client, questions_[token]);
  if (verdict == Verdict::kNone) ++unanswered_;
  return verdict;
}

std::vector<bool> Stress::ask_about(Client& client, const std::vector<Acknowledgement>& tokens, std::size_t daemon) {
  std::vector<const std::string*> questions;
  for (const Acknowledgement& one : tokens) questions.push_back(&questions_[one.token]);
  const auto verdicts = ask_all(client, questions);
  std::vector<bool> answered;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    note(verdicts[i], tokens[i], daemon);
    answered.push_back(verdicts[i] != Verdict::kNone);
  }
  asked_ += tokens.size();
  unanswered_ += static_cast<std::size_t>(std::count(answered.begin(), answered.end(), false));
  return answered;
}

void Stress::revoke(std::size_t daemon, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Client client(port(daemon));
  Client asker(port(daemon));
  for (std::size_t token = next_++; token < tokens_.size() && !ending_; token = next_++) {
    revoke_one(token, daemon, client, asker, random);
    pause(random, milliseconds(15));
  }
}

void Stress::revoke_one(std::size_t token, std::size_t daemon, Client& client, Client& asker, std::mt19937_64& random) {
  must(ask_one(asker, token) != Verdict::kRevoked, "a token is refused that nobody has revoked");
  const std::string id = to_string(tokens_[token].id);
  const std::string request = "DELETE /v1/tokens/" + id +
                              " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + admin_.header +
                              "\r\nContent-Length: 0\r\n\r\n";
  auto answer = client.send(request);
  for (const auto until = Clock::now() + kPatience; answer.status == 503 && !ending_; answer = client.send(request)) {
    must(Clock::now() < until, "a token cannot be revoked: " + answer.body);
    ++put_off_;
    pause(random, milliseconds(20));
  }
  if (answer.status == 503) return;
  must(answer.status == 200 && answer.body.find(id) != std::string::npos,
       "a revocation is answered with " + std::to_string(answer.status) + " " + answer.body);
  const Acknowledgement one{token, daemon, Clock::now()};
  acknowledged_.add(one);
  for (int i = 0; i < 3; ++i) note(ask_one(i == 0 ? client : asker, token), one, daemon);
}

/// Asks this daemon about tokens that it must refuse by now: those it has revoked itself since a moment ago, each of
/// the other daemon's once the time for it is over, and some of long ago.
void Stress::watch(std::size_t daemon, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Client client(port(daemon));
  std::vector<Acknowledgement> known;
  std::deque<Acknowledgement> due;  // the other daemon's that there was no answer to yet
  std::size_t old = 0;              // of those that are known, how many are over the bound
  std::size_t turn = 0;
  while (!ending_) {
    acknowledged_.learn(known);
    for (; old < known.size() && Clock::now() - known[old].at >= kBound; ++old) {
      if (known[old].daemon != daemon) due.push_back(known[old]);
    }
    std::vector<Acknowledgement> tokens(due.begin(),
                                        due.begin() + static_cast<std::ptrdiff_t>(std::min(due.size(), kMostAtOnce)));
    due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(tokens.size()));
    const std::size_t of_other = tokens.size();
    for (std::size_t i = 0; i < 5 && old > 0; ++i) tokens.push_back(known[random() % old]);
    const std::size_t recent = known.size() - old;
    for (std::size_t i = 0; i < std::min(recent, kMostAtOnce); ++i) {
      const Acknowledgement& one = known[old + turn++ % recent];
      if (one.daemon == daemon) tokens.push_back(one);
    }
    if (!tokens.empty()) {
      const auto answered = ask_about(client, tokens, daemon);
      for (std::size_t i = 0; i < of_other; ++i) {
        if (!answered[i]) due.push_back(tokens[i]);
      }
      for (std::size_t i = 0; i < 3; ++i) {
        const Acknowledgement& one = tokens[random() % tokens.size()];
        note(ask_one(client, one.token), one, daemon);
      }
    }
    pause(random, milliseconds(8));
  }
}

void Stress::reload(std::size_t daemon, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  while (!ending_) {
    daemons_[daemon]->process().signal(SIGHUP);
    ++reloads_;
    pause(random, milliseconds(random() % 4 == 0 ? 100 : 20));
  }
}

void Stress::restore(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  // A daemon that sleeps through a restore wakes in the middle of what it was doing in the old store.
  std::jthread waking;
  const auto hold_a_daemon = [&] {
    if (random() % 2 == 0) return;
    const auto& process = daemons_[random() % kDaemons]->process();
    process.signal(SIGSTOP);
    waking = std::jthread([&process, after = random_between(random, milliseconds(50), milliseconds(400))] {
      std::this_thread::sleep_for(after);
      process.signal(SIGCONT);
    });
  };
  Restorer restorer(world_, hold_a_daemon, random());
  while (!ending_) {
    restorer.replace();
    restores_ = restorer.restores();
    pause(random, milliseconds(800));
  }
}

void Stress::run() {
  std::vector<std::thread> threads;
  const auto start = [&](std::function<void(std::uint64_t)> work) {
    threads.emplace_back([this, work = std::move(work), seed = random_()] {
      try {
        work(seed);
      } catch (const std::exception& error) {
        complain(error.what());
      }
    });
  };
  for (std::size_t daemon = 0; daemon < kDaemons; ++daemon) {
    for (int i = 0; i < kRevokersEach; ++i) start([=, this](std::uint64_t seed) { revoke(daemon, seed); });
    start([=, this](std::uint64_t seed) { watch(daemon, seed); });
    start([=, this](std::uint64_t seed) { reload(daemon, seed); });
  }
  start([this](std::uint64_t seed) { restore(seed); });

  std::size_t known = 0;
  auto last = Clock::now();
  while (!ending_ && known < tokens_.size()) {
    support::sleep_for_a_poll();
    if (const std::size_t now = acknowledged_.size(); now != known) {
      known = now;
      last = Clock::now();
    }
    if (Clock::now() - last > kPatience) complain("nothing is revoked any more");
  }
  // Until the last ones have had their time too.
  for (const auto until = Clock::now() + kBound + milliseconds(500); Clock::now() < until && !ending_;) {
    support::sleep_for_a_poll();
  }
  ending_ = true;
  for (std::thread& thread : threads) thread.join();
  std::cout << known << " revocations, " << reloads_ << " reloads, " << restores_ << " restores, " << asked_
            << " questions; put off were " << put_off_ << " revocations and " << unanswered_ << " questions\n";
  must(acknowledged_.broken().empty(), acknowledged_.broken());
  must(complaint_.empty(), complaint_);
}

void Stress::check_end() {
  std::vector<Acknowledgement> all;
  acknowledged_.learn(all);
  for (std::size_t daemon = 0; daemon < kDaemons; ++daemon) {
    Client client(port(daemon));
    std::deque<Acknowledgement> left(all.begin(), all.end());
    const auto done = [&] {
      for (std::size_t some = std::min(left.size(), kMostAtOnce); some > 0; some = std::min(left.size(), kMostAtOnce)) {
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(some);
        const auto answered = ask_about(client, {left.begin(), end}, daemon);
        if (std::count(answered.begin(), answered.end(), false) != 0) return false;
        left.erase(left.begin(), end);
      }
      return true;
    };
    must(support::eventually(done, seconds(5)), "a daemon does not come back after the last restore");
    must(acknowledged_.broken().empty(), "at the end " + acknowledged_.broken());
  }
  for (auto& daemon : daemons_) {
    daemon->process().signal(SIGTERM);
    const auto result = daemon->process().wait();
    must(result.exit_code == 0, "a daemon ends with " + std::to_string(result.exit_code) + ": " + result.err);
    for (const char* never : {"locked", "damaged", "internal error", "earlier state", "ThreadSanitizer"}) {
      must(result.err.find(never) == std::string::npos, std::string("a log speaks of ") + never + ": " + result.err);
    }
  }
  const Truth truth = world_.truth();
  for (const Held& token : tokens_) must(truth.has(token) && truth.is_revoked(token), "a revocation is gone");
  must(truth.report.tokens == tokens_.size() + 1 && truth.report.revocations == tokens_.size(),
       "there is more, or less, than was asked for");
  for (const std::string& name : world_.names()) {
    must(name.rfind("tokens.db", 0) == 0 && name.find(".new-") == std::string::npos, name + " was left behind");
  }
}

}  // namespace

void revoke_reload(const Options& options) {
  const World world;
  Stress stress(world, options);
  stress.run();
  stress.check_end();
}

}  // namespace faults
