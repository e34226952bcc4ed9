#include <algorithm>
#include <csignal>
#include <iostream>
#include <memory>
#include <random>
#include <thread>

#include "walk.h"

namespace faults {
namespace {

using std::chrono::milliseconds;
using support::Fault;

constexpr milliseconds kStoreIsClosedAfter{250};
constexpr std::size_t kConnections = 24;  // as many as the daemon may have
/// So many that fail one after another, so that what is done about the first fails as well.
constexpr std::uint64_t kRun = 40;
constexpr int kMostRuns = 200;

void check_answer(const Walked& walked, const std::optional<support::HttpAnswer>& answer) {
  if (!answer) return;
  if (answer->status == walked.status) return walked.check(*answer);
  must(answer->status == 500 || answer->status == 503 || answer->status == 507,
       "it is answered with " + std::to_string(answer->status) + " " + answer->body);
}

/// Every connection that the daemon may have can be had, so that none is still counted that has ended.
void check_connections(Subject& subject) {
  const auto are_all_served = [&] {
    std::vector<std::unique_ptr<support::HttpConnection>> all;
    for (std::size_t i = 0; i < kConnections; ++i) {
      all.push_back(std::make_unique<support::HttpConnection>(subject.socket()));
      all.back()->send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const auto answer = all.back()->receive();
      if (!answer || answer->status != 200) return false;
    }
    return true;
  };
  must(support::eventually(are_all_served, std::chrono::seconds(5)), "connections are still counted that have ended");
}

void walk_requests(const World& world, Requests& requests, const std::vector<Failing>& kinds, const std::string& only) {
  Subject plain(world, false);
  Subject tls(world, true);
  for (const Walked& one : requests.all()) {
    if (!only.empty() && one.name != only) continue;
    Subject& subject = one.via == Via::kTls ? tls : plain;
    for (const Failing& failing : kinds) {
      if (one.store_closed && failing.in_a_row != 1) continue;
      const auto begun = std::chrono::steady_clock::now();
      const std::size_t rounds = walk(
          subject.plan(), failing, one.name, [&] { check_answer(one, subject.exchange(one.via, one.request())); },
          [&] {
            subject.check(requests.to_check());
            if (one.store_closed) std::this_thread::sleep_for(kStoreIsClosedAfter);
          });
      const auto took = std::chrono::steady_clock::now() - begun;
      std::cout << one.name << ": " << rounds << " rounds, " << std::chrono::duration_cast<milliseconds>(took).count()
                << " ms" << std::endl;
    }
  }
  for (Subject* subject : {&plain, &tls}) {
    check_connections(*subject);
    subject->stop();
  }
  requests.check_store();
}

/// What could not be synced might be gone after a power failure, and so it is never acknowledged.
void fail_all_syncs(const World& world, Requests& requests) {
  Subject subject(world, false);
  for (const Walked& one : requests.all()) {
    if (!one.writes) continue;
    for (int i = 0; i < 3; ++i) {
      subject.plan().fail_nth(Fault::kSyncs, 1, support::FaultPlan::kAllThatFollow);
      const auto answer = subject.exchange(one.via, one.request());
      must(subject.plan().stop() > 0, one.name + " syncs nothing");
      must(answer && answer->status == 503, one.name + " is acknowledged, and was not synced");
      subject.check(requests.to_check());
    }
    const auto answer = subject.exchange(one.via, one.request());
    must(answer.has_value(), one.name + " is not answered any more");
    check_answer(one, answer);
    must(answer->status == one.status, one.name + " does not work any more: " + answer->body);
  }
  subject.stop();
  requests.check_store();
}

/// Has it read its settings again. It says so in its log, if it can.
void reload(Subject& subject) {
  const std::size_t before = subject.daemon().log().size();
  subject.daemon().process().signal(SIGHUP);
  (void)support::eventually([&] { return subject.daemon().log().size() != before; }, milliseconds(300));
}

void walk_reloads(const World& world, Requests& requests, const std::vector<Failing>& kinds) {
  for (const bool with_tls : {false, true}) {
    Subject subject(world, with_tls);
    for (const Failing& failing : kinds) {
      const std::size_t rounds = walk(
          subject.plan(), failing, "reload", [&] { reload(subject); }, [&] { subject.check(requests.to_check()); });
      std::cout << "reload: " << rounds << " rounds" << std::endl;
    }
    check_connections(subject);
    subject.stop();
  }
}

void fail(const Options& options, const std::vector<Fault>& faults) {
  const World world;
  Requests requests(world);
  std::vector<Failing> kinds;
  for (const Fault fault : faults) {
    kinds.push_back({fault, 1, options.rounds});
    // Each connection that cannot be accepted makes the daemon pause.
    const std::uint64_t in_a_row = fault == Fault::kDescriptors ? 2 : kRun;
    kinds.push_back({fault, in_a_row, std::min(options.rounds, kMostRuns)});
  }
  walk_requests(world, requests, kinds, options.only);
  if (options.only.empty() || options.only == "reload") walk_reloads(world, requests, kinds);
}

}  // namespace

void fail_memory(const Options& options) { fail(options, {Fault::kMemory}); }

void starve(const Options& options) {
  const World world;
  Requests requests(world);
  std::mt19937_64 random(options.seed);
  Subject plain(world, false);
  Subject tls(world, true);
  const auto all = requests.all();
  // At first nothing fails, so that it is known what is answered.
  for (const Walked& one : all)
    check_answer(one, (one.via == Via::kTls ? tls : plain).exchange(one.via, one.request()));
  for (int round = 0; round < options.rounds; ++round) {
    // Mostly few, so that requests come far before the first fails.
    const auto one_in = static_cast<std::uint32_t>(1 + (random() % 2 == 0 ? random() % 1024 : random() % 32));
    for (Subject* subject : {&plain, &tls}) {
      subject->plan().fail_one_in(Fault::kMemory, one_in);
      if (round % 8 == 0) subject->daemon().process().signal(SIGHUP);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Walked& one = all[random() % all.size()];
      check_answer(one, (one.via == Via::kTls ? tls : plain).exchange(one.via, one.request()));
    }
    plain.plan().stop();
    tls.plan().stop();
    plain.check(requests.to_check());
    tls.check(requests.to_check());  // what is new it learns of only when it looks at the store
  }
  for (Subject* subject : {&plain, &tls}) {
    check_connections(*subject);
    subject->stop();
  }
  requests.check_store();
}

void fail_calls(const Options& options) {
  const World world;
  Requests requests(world);
  fail_all_syncs(world, requests);
  fail(options, {Fault::kDescriptors, Fault::kDiskFull, Fault::kDiskWrites, Fault::kSyncs, Fault::kDiskReads,
                 Fault::kShortWrites, Fault::kShortReads, Fault::kInterrupted, Fault::kConnections});
}

void fail_start(const Options& options) {
  const World world;
  Requests requests(world);
  for (const Fault fault : {Fault::kMemory, Fault::kDescriptors, Fault::kDiskFull, Fault::kDiskReads, Fault::kSyncs,
                            Fault::kShortReads, Fault::kInterrupted}) {
    support::FaultPlan plan;
    std::size_t started = 0;
    const auto start = [&] {
      // It runs with what it has been given, or says in a sentence why it does not.
      support::Process process({TOKEND_PROGRAM, "--listen", "127.0.0.1:0", "--store", world.address().url},
                               plan.environment());
      const auto decided = [&] { return !process.running() || process.out().find('\n') != std::string::npos; };
      must(support::eventually(decided, std::chrono::seconds(10)), "it neither starts nor ends: " + process.err());
      if (process.running()) {
        ++started;
        process.signal(SIGTERM);
      }
      const auto result = process.wait();
      const bool ran = result.out.find('\n') != std::string::npos;
      must(result.exit_code == 0 || result.exit_code == 2 || result.exit_code == 3,
           "it ends with " + std::to_string(result.exit_code) + ": " + result.err);
      must(ran == (result.exit_code == 0),
           "its exit status is " + std::to_string(result.exit_code) + ": " + result.err);
    };
    const std::size_t rounds = walk(plan, {fault, 1, options.rounds}, "start", start, [] {});
    must(started > 0, "it never starts");
    std::cout << "start: " << rounds << " rounds, " << started << " started\n";
  }
  Subject subject(world, false);
  subject.check(requests.to_check());
  subject.stop();
}

}  // namespace faults
