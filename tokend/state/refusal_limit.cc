#include "state/refusal_limit.h"

#include <algorithm>
#include <iterator>
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
  constexpr std::size_t kAll = 60'000;  // more than are written of an org
  const std::size_t most = in_minute == 0 ? kAll : std::min(in_minute, kAll);
  at_once_ = in_minute == 0 ? kAll : std::min(in_minute, kAtOnce);
  then_one_in_ = kMinute / static_cast<std::int64_t>(most);
}

RefusalLimit::Who RefusalLimit::who(const Refused& what) { return {what.first_maker, what.token != what.first_maker}; }

RefusalLimit::Answer RefusalLimit::refused(const Refused& what, Time now) {
  Org& org = share_of(what.org, now);
  make_room(org, now);
  auto known = org.tokens.find(who(what));
  if (known == org.tokens.end()) {
    if (org.tokens.size() >= kMostOfOrg) {
      org.left_out_of_others.last.action = what.action;
      ++org.left_out_of_others.count;
      return {};
    }
    known = org.tokens.emplace(who(what), Token{{at_once_, now}, {}}).first;
  }
  Token& its = known->second;
  if (its.allowance.take(now, at_once_, then_one_in_) && org.allowance.take(now, kOfOrgAtOnce, kOfOrgThenOneIn)) {
    its.left_out.of_several = false;
    return {true, std::exchange(its.left_out.count, 0)};
  }
  if (its.left_out.count > 0 && its.left_out.last.token != what.token) its.left_out.of_several = true;
  its.left_out.last = what;
  ++its.left_out.count;
  return {};
}

std::vector<RefusalLimit::LeftOut> RefusalLimit::take_left_out() {
  std::vector<LeftOut> all;
  for (auto& [id, org] : orgs_) {
    std::vector<LeftOut> its;
    for (auto& [token, counted] : org.tokens) {
      if (counted.left_out.count > 0) its.push_back(std::exchange(counted.left_out, {}));
    }
    std::sort(its.begin(), its.end(), [](const LeftOut& a, const LeftOut& b) { return a.count > b.count; });
    LeftOut others = std::exchange(org.left_out_of_others, {});
    for (std::size_t i = kMostApart; i < its.size(); ++i) {
      others.last.action = its[i].last.action;
      others.count += its[i].count;
    }
    if (its.size() > kMostApart) its.resize(kMostApart);
    all.insert(all.end(), its.begin(), its.end());
    if (others.count == 0) continue;
    others.last.org = id;
    all.push_back(others);
  }
  return all;
}

void RefusalLimit::put_back(const LeftOut& left_out) {
  auto org = orgs_.find(left_out.last.org);
  if (org == orgs_.end()) org = orgs_.try_emplace(orgs_.size() < kMostOrgs ? left_out.last.org : 0).first;
  const auto known = org->second.tokens.find(who(left_out.last));
  if (known == org->second.tokens.end()) {
    org->second.left_out_of_others.count += left_out.count;
    org->second.left_out_of_others.last.action = left_out.last.action;
    return;
  }
  LeftOut& to = known->second.left_out;
  to.of_several = to.of_several || left_out.of_several || (to.count > 0 && to.last.token != left_out.last.token);
  to.count += left_out.count;
  to.last = left_out.last;
}

RefusalLimit::Org& RefusalLimit::share_of(std::uint64_t org, Time now) {
  if (orgs_.size() >= kMostOrgs && now >= make_room_at_) {
    make_room_at_ = now + std::chrono::seconds(1);  // not more often, because it goes through all of them
    for (auto next = orgs_.begin(); next != orgs_.end();) {
      Org& its = next->second;
      its.make_room_at = {};
      make_room(its, now);
      const bool rests = its.tokens.empty() && its.left_out_of_others.count == 0 &&
                         now - its.allowance.since >= kOfOrgAtOnce * kOfOrgThenOneIn;
      next = rests ? orgs_.erase(next) : std::next(next);
    }
  }
  const auto known = orgs_.find(org);
  if (known != orgs_.end()) return known->second;
  return orgs_.try_emplace(orgs_.size() < kMostOrgs ? org : 0).first->second;
}

// A token with no count and a whole allowance is the same as an unknown one.
void RefusalLimit::make_room(Org& org, Time now) const {
  if (now < org.make_room_at) return;
  org.make_room_at = now + std::chrono::seconds(1);
  std::erase_if(org.tokens, [this, now](const auto& entry) {
    const Token& its = entry.second;
    return its.left_out.count == 0 && now - its.allowance.since >= at_once_ * then_one_in_;
  });
}

}  // namespace tokend
