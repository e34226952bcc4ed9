#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "authority/tokens/issuer.h"
#include "libtoken/token_id.h"

namespace tokend {

/// What a good token may ask for only so often.
enum class Rated : std::uint8_t {
  kNothing,
  kMint,  ///< making a token
  kList,  ///< reading a list: of tokens, orgs, apps, keys or the audit
};

/// What a good token may cause: how much in a minute and in a day, and how many live tokens. What a token's descendants
/// cause counts for it too. 0: as much as one likes. The defaults are those in the README.
struct UsageSettings {
  std::size_t mints_of_org = 60'000;
  std::size_t mints_of_token = 6'000;
  std::size_t lists_of_org = 60'000;
  std::size_t lists_of_token = 6'000;
  std::size_t live_of_org = 2'000'000;
  std::size_t live_of_token = 200'000;
  std::size_t daily_mints_of_org = 1'000'000;
  std::size_t daily_mints_of_token = 200'000;
  std::size_t audited_refusals_of_token = 6;
};

/// Counts what orgs and their tokens ask for. Each may do what its rate says at once, and again spread over the minute
/// that follows, so that a token that was stolen keeps neither its own org nor others from working for long. Any number
/// of threads may share one, and the rates may be changed meanwhile.
class UsageLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// So many orgs and tokens are counted apart; what further ones ask for is counted together, as if it were one's.
  static constexpr std::size_t kMostApart = 65'536;

  explicit UsageLimits(const UsageSettings& settings) : settings_(settings) {}
  void change(const UsageSettings& settings);
  [[nodiscard]] libtoken::authority::MintLimits mint_limits() const;

  struct Excess {
    bool of_org = false;          ///< the org's rate is used up, else the token's
    std::chrono::seconds wait{};  ///< so long there is no room for one more; at least one
  };
  /// Counts one request of a token that descends from `first_maker`, or is it: its limits count for all of these
  /// together, so that making tokens gives nobody more of them. Nothing: it may be done. An excess is not counted.
  /// Throws if there is no memory, and has counted nothing then.
  [[nodiscard]] std::optional<Excess> take(Rated what, std::uint64_t org, const libtoken::TokenId& first_maker,
                                           Time now);

 private:
  // Of an org (the token is zeros) or of a first maker (the org is 0); both are so for those that are counted together.
  using Who = std::pair<std::uint64_t, libtoken::TokenId>;
  using Key = std::pair<Rated, Who>;
  /// When all that was asked for would be done, were it spread evenly over its minutes.
  using Debts = std::map<Key, Time>;

  [[nodiscard]] Key key_for(const Key& wanted, Time now);

  mutable std::mutex mutex_;  // guards what follows
  UsageSettings settings_;
  Debts debts_;
  Time make_room_at_{};
};

}  // namespace tokend
