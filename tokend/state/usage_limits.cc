#include "state/usage_limits.h"

#include <algorithm>

namespace tokend {
namespace {

constexpr std::chrono::minutes kMinute{1};

/// How long one request counts, if a minute has room for `rate` of them.
std::chrono::nanoseconds share_of_minute(std::size_t rate) {
  return std::chrono::nanoseconds(kMinute) / static_cast<std::int64_t>(rate);
}

/// How long there is no room for one more; zero: there is.
std::chrono::nanoseconds wait_for(UsageLimits::Time debt, std::size_t rate, UsageLimits::Time now) {
  return std::max<std::chrono::nanoseconds>(debt + share_of_minute(rate) - now - kMinute, {});
}

}  // namespace

void UsageLimits::change(const UsageSettings& settings) {
  const std::lock_guard lock(mutex_);
  settings_ = settings;
}

libtoken::authority::MintLimits UsageLimits::mint_limits() const {
  const std::lock_guard lock(mutex_);
  return {settings_.live_of_org, settings_.live_of_token, settings_.daily_mints_of_org, settings_.daily_mints_of_token};
}

std::optional<UsageLimits::Excess> UsageLimits::take(Rated what, std::uint64_t org,
                                                     const libtoken::TokenId& first_maker, Time now) {
  if (what == Rated::kNothing) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const bool is_mint = what == Rated::kMint;
  const std::size_t org_rate = is_mint ? settings_.mints_of_org : settings_.lists_of_org;
  const std::size_t token_rate = is_mint ? settings_.mints_of_token : settings_.lists_of_token;
  struct Counted {
    std::size_t rate;
    Time* debt;
  };
  const auto counted = [&](std::size_t rate, const Who& who) -> Counted {
    if (rate == 0) return {0, nullptr};
    Time& debt = debts_[key_for({what, who}, now)];
    debt = std::max(debt, now);
    return {rate, &debt};
  };
  // A reference into a map stays good when others are added.
  const Counted both[] = {counted(org_rate, {org, {}}), counted(token_rate, {0, first_maker})};
  for (const Counted& one : both) {
    if (one.debt == nullptr) continue;
    const auto wait = wait_for(*one.debt, one.rate, now);
    if (wait > wait.zero()) return Excess{&one == both, std::chrono::ceil<std::chrono::seconds>(wait)};
  }
  for (const Counted& one : both)
    if (one.debt != nullptr) *one.debt += share_of_minute(one.rate);
  return std::nullopt;
}

UsageLimits::Key UsageLimits::key_for(const Key& wanted, Time now) {
  if (debts_.size() >= kMostApart && now >= make_room_at_) {
    make_room_at_ = now + std::chrono::seconds(1);  // not more often, because it goes through all of them
    std::erase_if(debts_, [now](const auto& entry) { return entry.second <= now; });
  }
  if (debts_.size() < kMostApart || debts_.contains(wanted)) return wanted;
  return {wanted.first, {}};
}

}  // namespace tokend
