#pragma once

#include <array>
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

/// What a good token may cause: how much in a minute and in a day, and how many live tokens. A token that no other made
/// has what is `of_token` for itself; all that descends from it shares as much again. 0: as much as one likes. The
/// defaults are those in the README.
struct UsageSettings {
  std::size_t mints_of_org = 60'000;
  std::size_t mints_of_token = 1'200;
  std::size_t lists_of_org = 60'000;
  std::size_t lists_of_token = 6'000;
  std::size_t live_of_org = 1'000'000;
  std::size_t live_of_token = 20'000;
  std::size_t daily_mints_of_org = 1'000'000;
  std::size_t daily_mints_of_token = 50'000;
  std::size_t audited_refusals_of_token = 6;
};

/// Counts what orgs and their tokens ask for. Each may do what its rate says at once, and again spread over the minute
/// that follows, so that a token that was stolen keeps neither its own org nor others from working for long. Any number
/// of threads may share one, and the rates may be changed meanwhile.
class UsageLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Of the lists that the descendants of a token share, one asking token may use one part in so many, and at least
  /// one.
  static constexpr std::size_t kPartsOfLists = 10;
  /// So many of each of Whose are counted apart; what further ones ask for is counted together, as if it were one's.
  static constexpr std::size_t kMostApart = 65'536;

  explicit UsageLimits(const UsageSettings& settings) : settings_(settings) {}
  void change(const UsageSettings& settings);
  [[nodiscard]] libtoken::authority::MintLimits mint_limits() const;

  /// Whose rate it is.
  enum class Whose : std::uint8_t {
    kOrg,
    kFirstMaker,   ///< a token's that no other token made
    kDescendants,  ///< of all tokens together that descend from one
    kDescendant,   ///< of one of them
  };
  struct Asker {
    libtoken::TokenId token;
    libtoken::TokenId first_maker;  ///< the token that it descends from and that no other token made; or itself
  };
  struct Excess {
    Whose whose{};                ///< whose rate is used up
    std::chrono::seconds wait{};  ///< so long there is no room for one more; at least one
  };
  /// Counts one request. A first maker has a rate of its own, and all its descendants together have one: so making
  /// tokens gives nobody more, and what descends from a token never keeps that one from working. Nothing: it may be
  /// done. An excess is not counted. Throws if there is no memory, and has counted nothing then.
  [[nodiscard]] std::optional<Excess> take(Rated what, std::uint64_t org, const Asker& asker, Time now);

 private:
  // An org, or a token (the org is 0). Both are zeros for those that are counted together.
  using Who = std::pair<std::uint64_t, libtoken::TokenId>;
  using Key = std::pair<Rated, Who>;
  /// Apart for each of Whose, so that many descendants do not take the places of what they descend from.
  struct Counts {
    /// When all that was asked for would be done, were it spread evenly over its minutes.
    std::map<Key, Time> debts;
    Time make_room_at{};
    [[nodiscard]] Time& debt_of(const Key& wanted, Time now);
  };

  mutable std::mutex mutex_;  // guards what follows
  UsageSettings settings_;
  std::array<Counts, 4> counts_;  // one for each of Whose
};

}  // namespace tokend
