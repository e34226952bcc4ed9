#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "net/job.h"
#include "libtoken/token_id.h"
#include "net/limits.h"

namespace tokend {

/// Who asks, for the shares and turns of a queue.
struct Caller {
  std::uint64_t org = 0;
  libtoken::TokenId token;
  std::optional<PeerShare> peer;  ///< nothing: a peer that speaks for many, and has no share to keep to
};

/// Jobs that wait for a thread, bounded, so that nobody's many keep the others out: of an org, a token and a peer only
/// so many wait, and only so many are at work. Where an org, or all of them, have as many as may wait, the newest job
/// of the token that has most gives way to one that has fewer. The next one is of the org that was served longest ago,
/// of its tokens of the one that was served longest ago, and of that one's jobs the oldest; who is new comes just
/// before who was served last. A token that asks for more than its share rests after each job for a few times as long
/// as that took. Not for two threads at once.
class FairQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int kRestsFor = 3;  ///< times as long

  /// How many may wait, in all and of each.
  struct Shares {
    std::size_t all = 0;
    std::size_t of_org = 0;
    std::size_t of_peer = 0;
    std::size_t of_token = 0;
    std::size_t at_work_of_token = 0;  ///< taken, and not done
    std::size_t at_work_of_org = 0;
  };
  explicit FairQueue(const Shares& shares) : shares_(shares) {}

  struct Admission {
    bool admitted = false;
    std::shared_ptr<Job> displaced;  ///< gave way to it, and is not in the queue any more
  };
  /// Throws if there is no memory; nothing has changed then.
  [[nodiscard]] Admission add(std::shared_ptr<Job> job, const Caller& caller);

  struct Taken {
    std::shared_ptr<Job> job;
    Caller caller;
    Time since;
  };
  /// When take() has one, if nothing else happens: `now` if it has, the end of time if none waits that may be taken.
  [[nodiscard]] Time next_at(Time now) const noexcept;
  /// Nothing: none waits, or those who do are of tokens that rest or have enough at work. To be followed by done().
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
    std::uint64_t last_turn = 0;  ///< when it was served last, or came
    bool asks_too_much = false;   ///< since its last job was done
    Time rests_until{};
  };
  using Places = std::deque<Waiting>;

  [[nodiscard]] Places::const_iterator next(Time now) const noexcept;
  [[nodiscard]] Share& share_of(const Caller& caller);
  [[nodiscard]] std::uint64_t new_turn() const noexcept { return turn_ - 1; }
  /// The place of the job that gives way to this caller's; nothing: none has to.
  [[nodiscard]] std::optional<std::size_t> displaced_by(const Caller& caller, const Share& token) const;
  [[nodiscard]] bool may_be_taken(const Waiting& waiting) const noexcept;
  void stop_waiting(const Caller& caller) noexcept;
  void drop_abandoned() noexcept;
  void forget_oldest_turns();

  const Shares shares_;
  Places waiting_;  // in the order of their coming
  // Those who wait or are at work, and of the others the ones that were served last.
  std::map<std::uint64_t, Share> orgs_;
  std::map<libtoken::TokenId, Share> tokens_;
  std::map<PeerShare, Share> peers_;
  std::uint64_t turn_ = 2;  // even: of who is served; who comes has the odd one before
};

}  // namespace tokend
