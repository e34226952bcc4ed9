// Shares and turns of what waits for the store, and of refusals in the audit.
#include "state/fair_queue.h"

#include <algorithm>
#include <map>

#include "state/refusal_limit.h"
#include "support/catch.h"

using namespace libtoken;
using namespace std::chrono_literals;
using tokend::Caller;
using tokend::FairQueue;
using tokend::RefusalLimit;

namespace {

class NamedJob final : public tokend::Job {
 public:
  explicit NamedJob(std::string is_called) : name(std::move(is_called)) {}
  bool start() override { return true; }
  tokend::Response response() override { return {}; }
  const std::string name;
};

TokenId token(unsigned number) {
  TokenId id;
  id.bytes[0] = static_cast<std::uint8_t>(number);
  id.bytes[1] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = 1;
  return id;
}

tokend::PeerShare peer(std::uint8_t number) { return {number}; }

constexpr FairQueue::Shares kWide{1000, 1000, 1000, 1000, 1000, 1000};

struct Queue : FairQueue {
  using FairQueue::FairQueue;
  bool put(const std::string& name, const Caller& caller) {
    Admission admission = add(std::make_shared<NamedJob>(name), caller);
    if (admission.displaced) displaced.push_back(static_cast<const NamedJob&>(*admission.displaced).name);
    return admission.admitted;
  }
  /// What is taken next; "" if nothing is.
  std::string next() {
    const auto taken = take(now);
    if (!taken) return "";
    done(*taken, now);
    return static_cast<const NamedJob&>(*taken->job).name;
  }
  [[nodiscard]] bool has_next() const { return next_at(now) == now; }
  std::string order() {
    std::string names;
    for (std::string name = next(); !name.empty(); name = next()) names += (names.empty() ? "" : " ") + name;
    return names;
  }
  FairQueue::Time now{1h};
  std::vector<std::string> displaced;
};

}  // namespace

TEST_CASE("orgs take turns, their tokens take turns, and of one token the oldest is first", "[fair]") {
  Queue queue(kWide);
  for (const char* name : {"a1", "a2", "a3"}) REQUIRE(queue.put(name, {1, token(1), {}}));
  for (const char* name : {"b1", "b2"}) REQUIRE(queue.put(name, {1, token(2), {}}));
  REQUIRE(queue.put("c1", {2, token(3), {}}));
  CHECK(queue.order() == "a1 c1 b1 a2 b2 a3");
  CHECK(queue.size() == 0);
  CHECK_FALSE(queue.has_next());
}

TEST_CASE("who was served a moment ago comes after who has waited, though it asks again at once", "[fair]") {
  Queue queue(kWide);
  REQUIRE(queue.put("a1", {1, token(1), {}}));
  CHECK(queue.next() == "a1");
  for (int round = 0; round < 100; ++round) {
    REQUIRE(queue.put("a", {1, token(1), {}}));
    REQUIRE(queue.put("b", {1, token(2), {}}));
    CHECK(queue.next() == "b");
    CHECK(queue.next() == "a");
  }
}

TEST_CASE("no one takes more than a share of the room", "[fair]") {
  Queue queue({10, 6, 4, 2, 1, 1000});
  const auto fills = [&](const Caller& caller) {
    std::size_t count = 0;
    while (queue.put("x", caller)) ++count;
    return count;
  };
  CHECK(fills({1, token(1), peer(1)}) == 2);
  CHECK(fills({1, token(2), peer(1)}) == 2);
  CHECK(fills({1, token(3), peer(1)}) == 0);  // the peer's share is used up
  CHECK(fills({1, token(3), peer(2)}) == 2);
  CHECK(queue.displaced.empty());
  CHECK(fills({1, token(4), peer(3)}) == 1);  // the org's is used up, and one that has two gives one up
  CHECK(queue.displaced.size() == 1);
  CHECK(fills({2, token(5), std::nullopt}) == 2);
  CHECK(fills({2, token(6), std::nullopt}) == 2);  // a peer that speaks for many has no share
  CHECK(queue.size() == 10);
  CHECK(fills({3, token(7), std::nullopt}) == 2);  // there is no room, and the org that has most of it gives two up
  CHECK(queue.displaced.size() == 3);
  CHECK(queue.size() == 10);
  CHECK(fills({3, token(8), std::nullopt}) == 1);
}

TEST_CASE("many tokens of one thief keep neither their own org's nor another's out", "[fair]") {
  Queue queue({128, 64, 1000, 16, 1, 1});
  for (unsigned thief = 1; thief <= 4; ++thief) {
    while (queue.put("thief", {1, token(thief), {}})) {
    }
  }
  CHECK(queue.size() == 64);
  REQUIRE(queue.put("admin", {1, token(9), {}}));
  CHECK(queue.size() == 64);
  CHECK(queue.displaced == std::vector<std::string>{"thief"});
  for (unsigned thief = 21; thief <= 24; ++thief) {
    while (queue.put("thief", {2, token(thief), {}})) {
    }
  }
  REQUIRE(queue.put("third", {3, token(30), {}}));
  CHECK(queue.size() == 128);
  // And they wait for no more turns than there are others.
  std::vector<std::string> first;
  for (int i = 0; i < 12; ++i) first.push_back(queue.next());
  CHECK(std::count(first.begin(), first.end(), "admin") == 1);
  CHECK(std::count(first.begin(), first.end(), "third") == 1);
}

TEST_CASE("who comes with a new token every time is not served before who has waited", "[fair]") {
  Queue queue({1000, 1000, 1000, 16, 1, 1});
  unsigned fresh = 100;
  for (int i = 0; i < 40; ++i) REQUIRE(queue.put("fresh", {1, token(fresh++), {}}));
  (void)queue.next();
  REQUIRE(queue.put("admin", {1, token(1), {}}));
  int waited = 0;
  for (std::string name = queue.next(); name != "admin"; name = queue.next(), ++waited) {
    REQUIRE(queue.put("fresh", {1, token(fresh++), {}}));
  }
  CHECK(waited <= 40);
}

TEST_CASE("of one org only so many are at work", "[fair]") {
  Queue queue({10, 10, 10, 10, 10, 1});
  REQUIRE(queue.put("a1", {1, token(1), {}}));
  REQUIRE(queue.put("a2", {1, token(2), {}}));
  REQUIRE(queue.put("b1", {2, token(3), {}}));
  const auto first = queue.take(queue.now);
  REQUIRE(first);
  CHECK(queue.next() == "b1");
  CHECK_FALSE(queue.has_next());
  queue.done(*first, queue.now);
  CHECK(queue.next() == "a2");
}

TEST_CASE("who is gone takes no room", "[fair]") {
  Queue queue({2, 2, 2, 2, 1, 1000});
  const auto gone = std::make_shared<NamedJob>("gone");
  REQUIRE(queue.add(gone, {1, token(1), peer(1)}).admitted);
  REQUIRE(queue.put("stays", {1, token(1), peer(1)}));
  REQUIRE_FALSE(queue.put("new", {1, token(1), peer(1)}));
  gone->abandoned = true;
  REQUIRE(queue.put("new", {1, token(1), peer(1)}));
  CHECK(queue.order() == "stays new");
}

TEST_CASE("of one token only so many are at work, and the others are taken meanwhile", "[fair]") {
  Queue queue({10, 10, 10, 10, 1, 1000});
  REQUIRE(queue.put("a1", {1, token(1), {}}));
  REQUIRE(queue.put("a2", {1, token(1), {}}));
  REQUIRE(queue.put("b1", {1, token(2), {}}));
  const auto first = queue.take(queue.now);
  REQUIRE(first);
  CHECK(queue.next() == "b1");
  CHECK_FALSE(queue.has_next());
  CHECK_FALSE(queue.take(queue.now));
  queue.done(*first, queue.now);
  CHECK(queue.has_next());
  CHECK(queue.next() == "a2");
}

TEST_CASE("a token that asks for more than its share rests, and no other does", "[fair]") {
  Queue queue({10, 10, 10, 2, 1, 1000});
  const auto serve_for = [&](std::chrono::milliseconds duration) {
    const auto taken = queue.take(queue.now);
    REQUIRE(taken);
    queue.now += duration;
    queue.done(*taken, queue.now);
  };
  for (int i = 0; i < 3; ++i) (void)queue.put("greedy", {1, token(1), {}});
  serve_for(10ms);
  CHECK_FALSE(queue.has_next());
  CHECK(queue.next_at(queue.now) == queue.now + tokend::FairQueue::kRestsFor * 10ms);
  REQUIRE(queue.put("modest", {1, token(2), {}}));
  CHECK(queue.has_next());
  serve_for(10ms);
  CHECK_FALSE(queue.has_next());
  queue.now += 20ms;
  CHECK(queue.next() == "greedy");
  // It has asked for no more since.
  REQUIRE(queue.put("again", {1, token(1), {}}));
  serve_for(10ms);
  CHECK(queue.next_at(queue.now) == FairQueue::Time::max());
  REQUIRE(queue.put("again", {1, token(1), {}}));
  CHECK(queue.next() == "again");
}

TEST_CASE("a queue that has served very many tokens still knows the last of them", "[fair]") {
  Queue queue(kWide);
  for (unsigned i = 0; i < 20'000; ++i) {
    REQUIRE(queue.put("x", {i % 100, token(i % 60'000), peer(static_cast<std::uint8_t>(i))}));
    REQUIRE(queue.next() == "x");
  }
  REQUIRE(queue.put("last", {19'999 % 100, token(19'999), {}}));
  REQUIRE(queue.put("another", {19'999 % 100, token(50'000), {}}));
  CHECK(queue.next() == "another");
}

TEST_CASE("the first refusals of a token are written, then one now and then, and none of the count is lost", "[fair]") {
  RefusalLimit limit;
  RefusalLimit::Time now{1h};
  const RefusalLimit::Refused what{token(1), token(1), 7, authority::AuditAction::kMint};
  std::size_t written = 0;
  std::size_t said = 0;
  constexpr std::size_t kRefusals = 60'000;
  for (std::size_t i = 0; i < kRefusals; ++i) {  // a minute of a thousand a second
    const auto answer = limit.refused(what, now);
    written += answer.write ? 1 : 0;
    said += answer.left_out;
    now += 1ms;
  }
  CHECK(written == RefusalLimit::kAtOnce + 5);
  // Another token is not made to pay for it.
  CHECK(limit.refused({token(2), token(2), 7, authority::AuditAction::kRevoke}, now).write);
  const auto left_out = limit.take_left_out();
  REQUIRE(left_out.size() == 1);
  CHECK(left_out[0].last.token == token(1));
  CHECK(left_out[0].last.org == 7);
  CHECK(written + said + left_out[0].count == kRefusals);
  CHECK(limit.take_left_out().empty());
  limit.put_back(left_out[0]);
  CHECK(limit.take_left_out().at(0).count == left_out[0].count);
}

TEST_CASE("many tokens together do not fill the audit either", "[fair]") {
  RefusalLimit limit;
  RefusalLimit::Time now{1h};
  std::size_t written = 0;
  std::size_t counted = 0;
  constexpr unsigned kRefusals = 30'000;
  for (unsigned i = 0; i < kRefusals; ++i) {
    const auto answer = limit.refused({token(i % 10'000), token(i % 10'000), 7, authority::AuditAction::kRevoke}, now);
    written += answer.write ? 1 : 0;
    counted += answer.left_out;
    now += 1ms;
  }
  CHECK(written <= RefusalLimit::kOfOrgAtOnce + 15);
  CHECK(written >= RefusalLimit::kMostOfOrg);
  for (const auto& one : limit.take_left_out()) counted += one.count;
  CHECK(written + counted == kRefusals);
}

TEST_CASE("refusals in one org take nothing from another, and what is left out is said in its own org", "[fair]") {
  RefusalLimit limit;
  const RefusalLimit::Time now{1h};
  const auto refuse = [&](unsigned number, std::uint64_t org) {
    return limit.refused({token(number), token(number), org, authority::AuditAction::kMint}, now).write;
  };
  constexpr unsigned kThiefs = 20'000;
  std::size_t written = 0;
  for (unsigned i = 0; i < kThiefs; ++i) written += refuse(i, 7) ? 1 : 0;
  for (unsigned i = 0; i < 3 * RefusalLimit::kAtOnce; ++i) (void)refuse(i % 64, 7);
  for (unsigned i = 0; i < 10; ++i) CHECK(refuse(kThiefs + i, 8));
  for (unsigned i = 0; i < 60; ++i) (void)refuse(kThiefs + 100 + i, 8);
  for (unsigned i = 0; i < 60; ++i) (void)refuse(kThiefs + 200 + i, 8);
  std::map<std::uint64_t, std::size_t> others;
  for (const auto& one : limit.take_left_out()) {
    CHECK((one.last.org == 7 || one.last.org == 8));
    if (one.last.token == TokenId{}) others[one.last.org] += one.count;
  }
  CHECK(others[7] == kThiefs - written);
  CHECK(others[8] == 66);
}

TEST_CASE("what descends from one token counts as one, and that token as another", "[fair]") {
  RefusalLimit limit;
  const RefusalLimit::Time now{1h};
  std::size_t written = 0;
  for (unsigned i = 2; i < 102; ++i) {
    written += limit.refused({token(i), token(1), 7, authority::AuditAction::kMint}, now).write ? 1 : 0;
  }
  CHECK(written == RefusalLimit::kAtOnce);
  CHECK(limit.refused({token(1), token(1), 7, authority::AuditAction::kMint}, now).write);
  const auto left_out = limit.take_left_out();
  REQUIRE(left_out.size() == 1);
  CHECK(left_out[0].count == 100 - RefusalLimit::kAtOnce);
  CHECK(left_out[0].of_several);
  CHECK(left_out[0].last.token == token(101));
  limit.put_back(left_out[0]);
  const auto again = limit.take_left_out();
  REQUIRE(again.size() == 1);
  CHECK(again[0].count == left_out[0].count);
  CHECK(again[0].of_several);
}

TEST_CASE("only so many orgs have a share, and those that rest make room", "[fair]") {
  RefusalLimit limit;
  RefusalLimit::Time now{1h};
  const auto refuse = [&](std::uint64_t org) {
    const auto number = static_cast<unsigned>(org);
    return limit.refused({token(number), token(number), org, authority::AuditAction::kMint}, now).write;
  };
  const std::uint64_t kOrgs = RefusalLimit::kMostOrgs + 1000;
  std::size_t written = 0;
  for (std::uint64_t org = 1; org <= kOrgs; ++org) written += refuse(org) ? 1 : 0;
  CHECK(written == RefusalLimit::kMostOrgs + RefusalLimit::kMostOfOrg);
  std::size_t left_out = 0;
  for (const auto& one : limit.take_left_out()) left_out += one.count;
  CHECK(written + left_out == kOrgs);
  now += 1h;
  for (std::uint64_t org = kOrgs - 200; org < kOrgs; ++org) CHECK(refuse(org));
}
