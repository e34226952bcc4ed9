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

std::optional<UsageLimits::Excess> UsageLimits::take(Rated what, std::uint64_t org, const Asker& asker, Time now) {
  if (what == Rated::kNothing) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const bool is_mint = what == Rated::kMint;
  const std::size_t org_rate = is_mint ? settings_.mints_of_org : settings_.lists_of_org;
  const std::size_t token_rate = is_mint ? settings_.mints_of_token : settings_.lists_of_token;
  const bool is_first = asker.token == asker.first_maker;
  struct Counted {
    Whose whose{};
    std::size_t rate = 0;  // 0: any number
    Who who;
    Time* debt = nullptr;
  };
  Counted all[] = {{Whose::kOrg, org_rate, {org, {}}},
                   {is_first ? Whose::kFirstMaker : Whose::kDescendants, token_rate, {0, asker.first_maker}},
                   {Whose::kDescendant, 0, {0, asker.token}}};
  if (!is_first && !is_mint && token_rate != 0) all[2].rate = std::max<std::size_t>(token_rate / kPartsOfLists, 1);
  for (Counted& one : all) {
    if (one.rate == 0) continue;
    // A reference into a map stays good when others are added.
    one.debt = &counts_[static_cast<std::size_t>(one.whose)].debt_of({what, one.who}, now);
    const auto wait = wait_for(*one.debt, one.rate, now);
    if (wait > wait.zero()) return Excess{one.whose, std::chrono::ceil<std::chrono::seconds>(wait)};
  }
  for (const Counted& one : all)
    if (one.debt != nullptr) *one.debt += share_of_minute(one.rate);
  return std::nullopt;
}

UsageLimits::Time& UsageLimits::Counts::debt_of(const Key& wanted, Time now) {
  if (debts.size() >= kMostApart && now >= make_room_at) {
    make_room_at = now + std::chrono::seconds(1);  // not more often, because it goes through all of them
    std::erase_if(debts, [now](const auto& entry) { return entry.second <= now; });
  }
  const bool apart = debts.size() < kMostApart || debts.contains(wanted);
  Time& debt = debts[apart ? wanted : Key{wanted.first, {}}];
  debt = std::max(debt, now);
  return debt;
}

}  // namespace tokend
