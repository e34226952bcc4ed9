#include "state/refusal_limit.h"

#include <algorithm>
#include <utility>

namespace tokend {

bool RefusalLimit::Allowance::take(Time now, std::size_t most, std::chrono::milliseconds interval) {
  const auto more = static_cast<std::size_t>(std::max<std::int64_t>(0, (now - since) / interval));
  if (left + more >= most) {
    left = most;
    since = now;
  } else {
    left += more;
    since += more * interval;
  }
  if (left == 0) return false;
  --left;
  return true;
}

void RefusalLimit::change(std::size_t in_minute) {
  constexpr std::chrono::milliseconds kMinute = std::chrono::minutes(1);
  constexpr std::size_t kAll = 60'000;  // more than are written of all tokens together
  const std::size_t most = in_minute == 0 ? kAll : std::min(in_minute, kAll);
  at_once_ = in_minute == 0 ? kAll : std::min(in_minute, kAtOnce);
  then_one_in_ = kMinute / static_cast<std::int64_t>(most);
}

RefusalLimit::Answer RefusalLimit::refused(const Refused& what, Time now) {
  make_room(now);
  auto known = tokens_.find(what.token);
  if (known == tokens_.end()) {
    if (tokens_.size() >= kMostTokens) {
      left_out_of_others_.last.action = what.action;
      ++left_out_of_others_.count;
      return {};
    }
    known = tokens_.emplace(what.token, Token{{at_once_, now}, {}}).first;
  }
  Token& its = known->second;
  if (its.allowance.take(now, at_once_, then_one_in_) && all_.take(now, kOfAllAtOnce, kOfAllThenOneIn)) {
    return {true, std::exchange(its.left_out.count, 0)};
  }
  its.left_out.last = what;
  ++its.left_out.count;
  return {};
}

std::vector<RefusalLimit::LeftOut> RefusalLimit::take_left_out() {
  std::vector<LeftOut> all;
  all.reserve(tokens_.size() + 1);
  for (auto& [token, its] : tokens_) {
    if (its.left_out.count > 0) all.push_back(std::exchange(its.left_out, {}));
  }
  std::sort(all.begin(), all.end(), [](const LeftOut& a, const LeftOut& b) { return a.count > b.count; });
  // The sums of the others, by org.
  std::map<std::uint64_t, LeftOut> others;
  for (std::size_t i = kMostApart; i < all.size(); ++i) {
    LeftOut& sum = others[all[i].last.org];
    sum.last = {{}, all[i].last.org, all[i].last.action};
    sum.count += all[i].count;
  }
  if (all.size() > kMostApart) all.resize(kMostApart);
  for (const auto& [org, sum] : others) all.push_back(sum);
  if (left_out_of_others_.count > 0) all.push_back(std::exchange(left_out_of_others_, {}));
  return all;
}

void RefusalLimit::put_back(const LeftOut& left_out) {
  const auto known = tokens_.find(left_out.last.token);
  LeftOut& to = known == tokens_.end() ? left_out_of_others_ : known->second.left_out;
  to.count += left_out.count;
  to.last = known == tokens_.end() ? Refused{{}, 0, left_out.last.action} : left_out.last;
}

// A token with no count and a whole allowance is the same as an unknown one.
void RefusalLimit::make_room(Time now) {
  if (tokens_.size() < kMostTokens || now < make_room_at_) return;
  make_room_at_ = now + std::chrono::seconds(1);  // not more often, because it goes through all tokens
  std::erase_if(tokens_, [this, now](const auto& entry) {
    const Token& its = entry.second;
    return its.left_out.count == 0 && now - its.allowance.since >= at_once_ * then_one_in_;
  });
}

}  // namespace tokend
