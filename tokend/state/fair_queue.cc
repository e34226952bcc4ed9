#include "state/fair_queue.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace tokend {
namespace {

/// The turns of so many orgs, tokens and peers are remembered while they have no job in the queue.
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

void FairQueue::forget_oldest_turns() {
  if (orgs_.size() > kMostRemembered) halve(orgs_);
  if (tokens_.size() > kMostRemembered) halve(tokens_);
  if (peers_.size() > kMostRemembered) halve(peers_);
}

void FairQueue::drop_abandoned() noexcept {
  std::erase_if(waiting_, [this](const Waiting& waiting) {
    if (!waiting.job->abandoned) return false;
    stop_waiting(waiting.caller);
    return true;
  });
}

FairQueue::Share& FairQueue::share_of(const Caller& caller) {
  return tokens_.try_emplace(caller.token, Share{0, 0, new_turn(), false, {}}).first->second;
}

std::optional<std::size_t> FairQueue::displaced_by(const Caller& caller, const Share& token) const {
  std::uint64_t from = caller.org;
  const std::size_t of_org = waiting_of(orgs_, caller.org);
  if (of_org < shares_.of_org) {
    // The whole queue is full: the org with the most jobs gives up a place, if it still has more than this org then.
    const auto most = std::max_element(
        orgs_.begin(), orgs_.end(), [](const auto& a, const auto& b) { return a.second.waiting < b.second.waiting; });
    if (most->second.waiting <= of_org + 1) return std::nullopt;
    from = most->first;
  }
  // Of that org the token with the most jobs, or of equals the one served last; of that token the newest job.
  std::optional<std::size_t> place;
  const Share* largest = nullptr;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i].caller.org != from) continue;
    const Share& its = tokens_.find(waiting_[i].caller.token)->second;
    if (largest != nullptr && std::tie(its.waiting, its.last_turn) < std::tie(largest->waiting, largest->last_turn)) {
      continue;
    }
    largest = &its;
    place = i;
  }
  if (!place || from != caller.org) return place;
  const bool has_more = largest->waiting > token.waiting + 1;
  const bool has_as_many = largest->waiting == token.waiting + 1;
  return has_more || (has_as_many && largest->last_turn > token.last_turn) ? place : std::nullopt;
}

FairQueue::Admission FairQueue::add(std::shared_ptr<Job> job, const Caller& caller) {
  const auto is_full = [&] {
    return waiting_.size() >= shares_.all || waiting_of(orgs_, caller.org) >= shares_.of_org;
  };
  if (is_full() || waiting_of(tokens_, caller.token) >= shares_.of_token) drop_abandoned();
  forget_oldest_turns();
  // Everything that takes memory is done before anything is counted.
  Share& token = share_of(caller);
  if (token.waiting >= shares_.of_token) {
    token.asks_too_much = true;
    return {};
  }
  Share& org = orgs_.try_emplace(caller.org, Share{0, 0, new_turn(), false, {}}).first->second;
  Share* peer = caller.peer ? &peers_[*caller.peer] : nullptr;
  if (peer != nullptr && peer->waiting >= shares_.of_peer) return {};
  std::optional<std::size_t> displaced;
  if (is_full()) {
    displaced = displaced_by(caller, token);
    if (!displaced) return {};
  }
  waiting_.push_back({std::move(job), caller});
  ++org.waiting;
  ++token.waiting;
  if (peer != nullptr) ++peer->waiting;
  if (!displaced) return {true, nullptr};
  const auto place = waiting_.begin() + static_cast<std::ptrdiff_t>(*displaced);
  Admission admission{true, std::move(place->job)};
  stop_waiting(place->caller);
  waiting_.erase(place);
  return admission;
}

void FairQueue::stop_waiting(const Caller& caller) noexcept {
  --orgs_.find(caller.org)->second.waiting;
  --tokens_.find(caller.token)->second.waiting;
  if (caller.peer) --peers_.find(*caller.peer)->second.waiting;
}

bool FairQueue::may_be_taken(const Waiting& waiting) const noexcept {
  return tokens_.find(waiting.caller.token)->second.at_work < shares_.at_work_of_token &&
         orgs_.find(waiting.caller.org)->second.at_work < shares_.at_work_of_org;
}

FairQueue::Places::const_iterator FairQueue::next(Time now) const noexcept {
  auto best = waiting_.end();
  std::tuple<std::uint64_t, std::uint64_t> best_turn;
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    const Share& token = tokens_.find(it->caller.token)->second;
    if (!may_be_taken(*it) || token.rests_until > now) continue;
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
    if (!may_be_taken(waiting)) continue;
    at = std::min(at, std::max(now, tokens_.find(waiting.caller.token)->second.rests_until));
  }
  return at;
}

std::optional<FairQueue::Taken> FairQueue::take(Time now) noexcept {
  const auto place = next(now);
  if (place == waiting_.end()) return std::nullopt;
  Taken taken{place->job, place->caller, now};
  waiting_.erase(place);
  stop_waiting(taken.caller);
  turn_ += 2;
  Share& org = orgs_.find(taken.caller.org)->second;
  Share& token = tokens_.find(taken.caller.token)->second;
  ++org.at_work;
  ++token.at_work;
  org.last_turn = token.last_turn = turn_;
  if (taken.caller.peer) peers_.find(*taken.caller.peer)->second.last_turn = turn_;
  return taken;
}

void FairQueue::done(const Taken& taken, Time now) noexcept {
  --orgs_.find(taken.caller.org)->second.at_work;
  Share& token = tokens_.find(taken.caller.token)->second;
  --token.at_work;
  if (token.asks_too_much) token.rests_until = now + kRestsFor * (now - taken.since);
  token.asks_too_much = false;
}

}  // namespace tokend
