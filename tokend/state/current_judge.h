#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "authority/judge/judge.h"

namespace tokend {

/// Holds the judge that requests are decided by. One thread publishes a judge, any number read it, each through a
/// JudgeReader of its own. A judge is never followed by one that knows less of the same store, so that nothing that was
/// revoked counts again.
class CurrentJudge {
 public:
  /// A judge that could not be compared with its store for this long is stale: what was revoked since is not known.
  static constexpr std::chrono::milliseconds kMaxUnchecked{30'000};

  explicit CurrentJudge(std::chrono::milliseconds max_unchecked = kMaxUnchecked) noexcept
      : max_unchecked_(max_unchecked) {}

  /// The latest time that any judge published here has seen; they all share it.
  [[nodiscard]] const std::shared_ptr<libtoken::authority::LatestTime>& latest_time() const noexcept { return latest_; }

  /// Replaces the judge; null: nothing is judged from now on. False, and nothing changes: the judge is of an earlier state
  /// of its store than one that was published before, even if that one has been replaced since.
  [[nodiscard]] bool publish(std::shared_ptr<const libtoken::authority::Judge> judge);
  /// The newest published state of each store; empty: nothing was ever published.
  [[nodiscard]] std::vector<libtoken::authority::StoreRevision> newest() const;
  /// Says that the store was just compared and is in this state. False: there is no judge, or it is of another state.
  [[nodiscard]] bool confirm(const libtoken::authority::StoreRevision& revision) noexcept;

 private:
  friend class JudgeReader;
  [[nodiscard]] bool is_fresh() const noexcept;

  const std::chrono::milliseconds max_unchecked_;
  const std::shared_ptr<libtoken::authority::LatestTime> latest_ = std::make_shared<libtoken::authority::LatestTime>();
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::int64_t> checked_ns_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const libtoken::authority::Judge> judge_;
  std::vector<libtoken::authority::StoreRevision> newest_;  // the newest published, of each of the last stores
};

/// One thread's access to the current judge. It keeps the judge that it read last, so that reading an unchanged one
/// neither locks nor counts references, over which threads would wait for each other.
class JudgeReader {
 public:
  explicit JudgeReader(const CurrentJudge& current) noexcept : current_(current) {}

  struct Reading {
    /// Null if there is no judge, or it is stale. Valid until the next read() or forget().
    const libtoken::authority::Judge* judge = nullptr;
    bool stale = false;
  };
  [[nodiscard]] Reading read();
  /// Releases the judge that it read last.
  void forget() noexcept;

 private:
  const CurrentJudge& current_;
  std::uint64_t generation_ = 0;
  std::shared_ptr<const libtoken::authority::Judge> judge_;
};

}  // namespace tokend
