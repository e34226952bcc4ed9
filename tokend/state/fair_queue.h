#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "libtoken/token_id.h"
#include "net/job.h"
#include "net/limits.h"

namespace tokend {

/// Whose shares and turns of a queue a job takes.
struct Caller {
  std::uint64_t org = 0;
  libtoken::TokenId token;
  std::optional<PeerShare> peer;  ///< nothing: the peer has no limit, as in Limits::share_of()
};

/// A bounded queue of jobs in which nobody's many jobs keep out the others'. Only so many jobs of an org, a token and a
/// peer may wait, and only so many may be worked on. When an org, or the whole queue, has as many as may wait, the
/// newest job of the token with the most jobs is displaced by one of a token with fewer. The next job is of the org
/// that was served longest ago, of its token that was served longest ago, and the oldest of that token. A new org or
/// token comes just before the one that was served last. A token that has asked for more than its share rests after
/// each job for a few times as long as the job took. Not for two threads at once.
class FairQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int kRestsFor = 3;  ///< times as long as the job took

  /// How many may wait, in all and of each.
  struct Shares {
    std::size_t all = 0;
    std::size_t of_org = 0;
    std::size_t of_peer = 0;
    std::size_t of_token = 0;
    std::size_t at_work_of_token = 0;  ///< taken, and not done yet
    std::size_t at_work_of_org = 0;
  };
  explicit FairQueue(const Shares& shares) : shares_(shares) {}

  struct Admission {
    bool admitted = false;
    std::shared_ptr<Job> displaced;  ///< the job that was taken out of the queue for it, if one was
  };
  /// Throws if there is no memory, and has changed nothing then.
  [[nodiscard]] Admission add(std::shared_ptr<Job> job, const Caller& caller);

  struct Taken {
    std::shared_ptr<Job> job;
    Caller caller;
    Time since;
  };
  /// When take() will have a job, if nothing else happens: `now` if it has one, the greatest time if none may be taken.
  [[nodiscard]] Time next_at(Time now) const noexcept;
  /// Takes the next job; done() must follow. Nothing: none waits, or only of tokens that rest or have enough at work.
  [[nodiscard]] std::optional<Taken> take(Time now) noexcept;
  void done(const Taken& taken, Time now) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct Waiting {
    std::shared_ptr<Job> job;
    Caller caller;
  };
  struct Share {
    std::size_t waiting = 0;
    std::size_t at_work = 0;
    std::uint64_t last_turn = 0;  ///< when it was served last, or first came
    bool asks_too_much = false;   ///< since its last job was done
    Time rests_until{};
  };
  using Places = std::deque<Waiting>;

  [[nodiscard]] Places::const_iterator next(Time now) const noexcept;
  [[nodiscard]] Share& share_of(const Caller& caller);
  [[nodiscard]] std::uint64_t new_turn() const noexcept { return turn_ - 1; }
  /// The place of the job that is displaced by one of this caller; nothing: none is.
  [[nodiscard]] std::optional<std::size_t> displaced_by(const Caller& caller, const Share& token) const;
  [[nodiscard]] bool may_be_taken(const Waiting& waiting) const noexcept;
  void stop_waiting(const Caller& caller) noexcept;
  void drop_abandoned() noexcept;
  void forget_oldest_turns();

  const Shares shares_;
  Places waiting_;  // the oldest first
  // Those with jobs in the queue or at work, and of the others the ones that were served last.
  std::map<std::uint64_t, Share> orgs_;
  std::map<libtoken::TokenId, Share> tokens_;
  std::map<PeerShare, Share> peers_;
  std::uint64_t turn_ = 2;  // even for those who are served; the odd number before it for those who come new
};

}  // namespace tokend
