#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "authority/audit/audit.h"
#include "libtoken/token_id.h"

namespace tokend {

/// Decides which refusals are written into the audit, so that a token that is refused all day does not fill the store:
/// the first few of a token at once and then one now and then, and only so many of an org. All that descends from one
/// first maker counts as one token here, so that nobody has more written by making tokens; the first maker is another.
/// No org takes anything of another's share. What is not written is counted; the count comes with the next entry about
/// the token, or from take_left_out(). Not for two threads at once.
class RefusalLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kAtOnce = 5;  ///< if so many may be written in a minute
  static constexpr std::size_t kInMinute = 6;
  static constexpr std::size_t kOfOrgAtOnce = 100;
  static constexpr std::chrono::milliseconds kOfOrgThenOneIn{2000};
  /// So many tokens of an org have a count of their own; refusals of its further tokens are counted together.
  static constexpr std::size_t kMostOfOrg = 64;
  /// So many orgs have a share of their own; further ones have one together.
  static constexpr std::size_t kMostOrgs = 1024;
  /// The counts of so many tokens of an org are recorded one by one, the largest first; those of the others as a sum.
  static constexpr std::size_t kMostApart = 16;

  /// So many refusals of one token are written in a minute; 0: all, as far as those of its org allow.
  void change(std::size_t in_minute);

  struct Answer {
    bool write = false;
    std::size_t left_out = 0;  ///< if `write`: of this token since its last line
  };
  /// One refusal.
  struct Refused {
    libtoken::TokenId token;
    libtoken::TokenId first_maker;  ///< the token that it descends from and that no other token made; or itself
    std::uint64_t org = 0;
    libtoken::authority::AuditAction action{};
  };
  [[nodiscard]] Answer refused(const Refused& what, Time now);

  struct LeftOut {
    Refused last;  ///< a token of zeros: several tokens of that org, or of any if the org is 0
    std::size_t count = 0;
    bool of_several = false;  ///< others that descend from the same first maker are among them
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
  /// A first maker, or (true) all that descends from it.
  using Who = std::pair<libtoken::TokenId, bool>;
  struct Org {
    Allowance allowance{kOfOrgAtOnce, {}};
    std::map<Who, Token> tokens;
    LeftOut left_out_of_others;
    Time make_room_at{};
  };
  [[nodiscard]] static Who who(const Refused& what);
  /// Its share, or that of the orgs without one, which is under 0.
  [[nodiscard]] Org& share_of(std::uint64_t org, Time now);
  void make_room(Org& org, Time now) const;

  std::size_t at_once_ = kAtOnce;
  std::chrono::milliseconds then_one_in_ = std::chrono::milliseconds(60'000) / kInMinute;
  std::map<std::uint64_t, Org> orgs_;
  Time make_room_at_{};
};

}  // namespace tokend
