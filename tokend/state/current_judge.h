#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "authority/judge/judge.h"

namespace tokend {

/// Where the judge of the moment is found: one thread publishes, any number ask, each through a JudgeView of its own. A
/// judge is never followed by one that knows less of the same store, so that nothing that was ended comes back.
class JudgeSlot {
 public:
  /// A judge that nobody could compare with the store for so long is stale: what was revoked since is not known.
  static constexpr std::chrono::milliseconds kMaxUnchecked{30'000};

  explicit JudgeSlot(std::chrono::milliseconds max_unchecked = kMaxUnchecked) noexcept
      : max_unchecked_(max_unchecked) {}

  /// What all judges of this slot share.
  [[nodiscard]] const std::shared_ptr<libtoken::authority::LatestTime>& latest_time() const noexcept { return latest_; }

  /// Null: there is nothing to judge by. False: this one is of an earlier state of the store than one that was
  /// published before, even if that one is gone; then nothing changes.
  [[nodiscard]] bool publish(std::shared_ptr<const libtoken::authority::Judge> judge);
  /// The newest state that was published of each store; empty: nothing ever was.
  [[nodiscard]] std::vector<libtoken::authority::StoreRevision> newest() const;
  /// The store was looked at, and is in this state. False: the judge there is, if any, is of another.
  [[nodiscard]] bool confirm(const libtoken::authority::StoreRevision& revision) noexcept;

 private:
  friend class JudgeView;
  [[nodiscard]] bool is_fresh() const noexcept;

  const std::chrono::milliseconds max_unchecked_;
  const std::shared_ptr<libtoken::authority::LatestTime> latest_ = std::make_shared<libtoken::authority::LatestTime>();
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::int64_t> checked_ns_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const libtoken::authority::Judge> judge_;
  std::vector<libtoken::authority::StoreRevision> newest_;  // that was published, of each of the last stores
};

/// One thread's view of the slot. It keeps the judge it saw last, so that asking neither locks nor counts references,
/// which threads would wait for each other over.
class JudgeView {
 public:
  explicit JudgeView(const JudgeSlot& slot) noexcept : slot_(slot) {}

  /// What there is to judge by.
  struct Sight {
    const libtoken::authority::Judge* judge =
        nullptr;  ///< null if there is none, or it is stale. Good until the next look
    bool stale = false;
  };
  [[nodiscard]] Sight look();
  /// Lets go of the judge it saw last, until the next look.
  void forget() noexcept;

 private:
  const JudgeSlot& slot_;
  std::uint64_t generation_ = 0;
  std::shared_ptr<const libtoken::authority::Judge> judge_;
};

}  // namespace tokend
