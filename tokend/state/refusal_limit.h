#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

#include "authority/audit/audit.h"
#include "libtoken/token_id.h"

namespace tokend {

/// Decides which refusals are written into the audit, so that a token that is refused all day does not fill the store:
/// the first few of a token at once and then one now and then, and only so many of all tokens together. The others are
/// counted; the count comes with the next entry about the token, or from take_left_out(). Not for two threads at once.
class RefusalLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kAtOnce = 5;  ///< if so many may be written in a minute
  static constexpr std::size_t kInMinute = 6;
  static constexpr std::size_t kOfAllAtOnce = 200;
  static constexpr std::chrono::milliseconds kOfAllThenOneIn{500};
  /// So many tokens have a count of their own; refusals of further tokens are counted together.
  static constexpr std::size_t kMostTokens = 4096;
  /// The counts of so many tokens are recorded one by one, the largest first; those of the others as a sum.
  static constexpr std::size_t kMostApart = 16;

  /// So many refusals of one token are written in a minute; 0: all, as far as those of all tokens allow.
  void change(std::size_t in_minute);

  struct Answer {
    bool write = false;
    std::size_t left_out = 0;  ///< if `write`: of this token since its last line
  };
  /// One refusal.
  struct Refused {
    libtoken::TokenId token;
    std::uint64_t org = 0;
    libtoken::authority::AuditAction action{};
  };
  [[nodiscard]] Answer refused(const Refused& what, Time now);

  struct LeftOut {
    Refused last;  ///< a token of zeros: several tokens of that org, or of any if the org is 0
    std::size_t count = 0;
  };
  /// All counts that were not recorded yet; they begin anew.
  [[nodiscard]] std::vector<LeftOut> take_left_out();
  /// The count could not be recorded, and is kept for the next time.
  void put_back(const LeftOut& left_out);

 private:
  /// So many refusals at once, and one more after each interval.
  struct Allowance {
    std::size_t left = 0;
    Time since;  ///< when `left` was right
    [[nodiscard]] bool take(Time now, std::size_t most, std::chrono::milliseconds interval);
  };
  struct Token {
    Allowance allowance;
    LeftOut left_out;
  };
  void make_room(Time now);

  std::size_t at_once_ = kAtOnce;
  std::chrono::milliseconds then_one_in_ = std::chrono::milliseconds(60'000) / kInMinute;
  Allowance all_{kOfAllAtOnce, {}};
  std::map<libtoken::TokenId, Token> tokens_;
  LeftOut left_out_of_others_;
  Time make_room_at_{};
};

}  // namespace tokend
