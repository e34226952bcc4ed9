#include "fair_queue.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace tokend {
namespace {

/// Turns of so many orgs, tokens and peers that have nothing to do with the queue now are remembered.
constexpr std::size_t kMostRemembered = 4096;

template <class Map, class Key>
std::size_t waiting_of(const Map& shares, const Key& key) {
  const auto found = shares.find(key);
  return found == shares.end() ? 0 : found->second.waiting;
}

/// Forgets the half of those without a job that were served longest ago.
template <class Map>
void halve(Map& shares) {
  std::vector<std::uint64_t> turns;
  for (const auto& [key, share] : shares) {
    if (share.waiting == 0 && share.at_work == 0) turns.push_back(share.last_turn);
  }
  if (turns.empty()) return;
  const auto middle = turns.begin() + static_cast<std::ptrdiff_t>(turns.size() / 2);
  std::nth_element(turns.begin(), middle, turns.end());
  std::erase_if(shares, [&](const auto& entry) {
    const auto& share = entry.second;
    return share.waiting == 0 && share.at_work == 0 && share.last_turn <= *middle;
  });
}

}  // namespace

bool FairQueue::has_room(const Caller& caller) const {
  return waiting_.size() < shares_.all && waiting_of(orgs_, caller.org) < shares_.of_org &&
         waiting_of(tokens_, caller.token) < shares_.of_token &&
         (!caller.peer || waiting_of(peers_, *caller.peer) < shares_.of_peer);
}

void FairQueue::forget_oldest_turns() {
  if (orgs_.size() > kMostRemembered) halve(orgs_);
  if (tokens_.size() > kMostRemembered) halve(tokens_);
  if (peers_.size() > kMostRemembered) halve(peers_);
}

void FairQueue::drop_abandoned() noexcept {
  std::erase_if(waiting_, [this](const Waiting& waiting) {
    if (!waiting.job->abandoned) return false;
    --orgs_.find(waiting.caller.org)->second.waiting;
    --tokens_.find(waiting.caller.token)->second.waiting;
    if (waiting.caller.peer) --peers_.find(*waiting.caller.peer)->second.waiting;
    return true;
  });
}

bool FairQueue::add(std::shared_ptr<Job> job, const Caller& caller) {
  if (!has_room(caller)) drop_abandoned();
  if (!has_room(caller)) {
    if (const auto token = tokens_.find(caller.token); token != tokens_.end()) token->second.asks_too_much = true;
    return false;
  }
  forget_oldest_turns();
  // All that takes memory comes before anything is counted.
  Share& org = orgs_[caller.org];
  Share& token = tokens_[caller.token];
  Share* peer = caller.peer ? &peers_[*caller.peer] : nullptr;
  waiting_.push_back({std::move(job), caller});
  ++org.waiting;
  ++token.waiting;
  if (peer != nullptr) ++peer->waiting;
  return true;
}

FairQueue::Places::const_iterator FairQueue::next(Time now) const noexcept {
  auto best = waiting_.end();
  std::tuple<std::uint64_t, std::uint64_t> best_turn;
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    const Share& token = tokens_.find(it->caller.token)->second;
    if (token.at_work >= shares_.at_work_of_token || token.rests_until > now) continue;
    const std::tuple turn(orgs_.find(it->caller.org)->second.last_turn, token.last_turn);
    if (best == waiting_.end() || turn < best_turn) {
      best = it;
      best_turn = turn;
    }
  }
  return best;
}

FairQueue::Time FairQueue::next_at(Time now) const noexcept {
  Time at = Time::max();
  for (const Waiting& waiting : waiting_) {
    const Share& token = tokens_.find(waiting.caller.token)->second;
    if (token.at_work < shares_.at_work_of_token) at = std::min(at, std::max(now, token.rests_until));
  }
  return at;
}

std::optional<FairQueue::Taken> FairQueue::take(Time now) noexcept {
  const auto place = next(now);
  if (place == waiting_.end()) return std::nullopt;
  Taken taken{place->job, place->caller, now};
  waiting_.erase(place);
  ++turn_;
  Share& org = orgs_.find(taken.caller.org)->second;
  Share& token = tokens_.find(taken.caller.token)->second;
  --org.waiting;
  --token.waiting;
  ++token.at_work;
  org.last_turn = token.last_turn = turn_;
  if (taken.caller.peer) {
    Share& peer = peers_.find(*taken.caller.peer)->second;
    --peer.waiting;
    peer.last_turn = turn_;
  }
  return taken;
}

void FairQueue::done(const Taken& taken, Time now) noexcept {
  const auto found = tokens_.find(taken.caller.token);
  if (found == tokens_.end()) return;
  Share& token = found->second;
  if (token.at_work > 0) --token.at_work;
  if (token.asks_too_much) token.rests_until = now + kRestsFor * (now - taken.since);
  token.asks_too_much = false;
}

}  // namespace tokend
