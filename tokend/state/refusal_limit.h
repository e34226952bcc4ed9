#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

#include "authority/audit/audit.h"
#include "libtoken/token_id.h"

namespace tokend {

/// Which refusals are written into the audit, so that a token that is refused all day does not fill the store: the
/// first few of a token at once and then one now and then, and of all tokens only so many. The others are counted, and
/// nothing of the count is lost: it comes with the next line about the token, or from take_left_out(). One thread's.
class RefusalLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kAtOnce = 5;
  static constexpr std::chrono::seconds kThenOneIn{10};
  static constexpr std::size_t kOfAllAtOnce = 200;
  static constexpr std::chrono::milliseconds kOfAllThenOneIn{500};
  /// Of more tokens no counts are kept apart: what is left out of theirs is counted under no token.
  static constexpr std::size_t kMostTokens = 4096;
  /// Of so many tokens the counts are said apart, those that were refused most.
  static constexpr std::size_t kMostApart = 16;

  struct Answer {
    bool write = false;
    std::size_t left_out = 0;  ///< if `write`: of this token since its last line
  };
  /// What was refused, and of which org.
  struct Refused {
    libtoken::TokenId token;
    std::uint64_t org = 0;
    libtoken::authority::AuditAction action{};
  };
  [[nodiscard]] Answer refused(const Refused& what, Time now);

  struct LeftOut {
    Refused last;  ///< a token of zeros: of several tokens, of that org or if it is 0 of any
    std::size_t count = 0;
  };
  /// What is still to be said; counts begin anew.
  [[nodiscard]] std::vector<LeftOut> take_left_out();
  /// It could not be said.
  void put_back(const LeftOut& left_out);

 private:
  /// So many at once, and one more after each interval.
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

  Allowance all_{kOfAllAtOnce, {}};
  std::map<libtoken::TokenId, Token> tokens_;
  LeftOut left_out_of_others_;
  Time make_room_at_{};
};

}  // namespace tokend
