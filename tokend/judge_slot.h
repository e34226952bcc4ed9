#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "authority/judge.h"

namespace tokend {

/// Where the judge of the moment is found: one thread publishes, any number ask, each through a JudgeView of its own.
class JudgeSlot {
 public:
  /// A judge that nobody has compared with the store for so long may be stale, and counts as none.
  static constexpr std::chrono::seconds kMaxUnchecked{5};

  /// Null: there is nothing to judge by.
  void publish(std::shared_ptr<const libtoken::authority::Judge> judge);
  /// The judge there is was compared with the store, and still holds.
  void confirm() noexcept;

 private:
  friend class JudgeView;
  [[nodiscard]] bool is_fresh() const noexcept;

  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::int64_t> checked_ns_{0};
  mutable std::mutex mutex_;  // guards judge_
  std::shared_ptr<const libtoken::authority::Judge> judge_;
};

/// One thread's view of the slot. It keeps the judge it saw last, so that asking neither locks nor counts references,
/// which threads would wait for each other over.
class JudgeView {
 public:
  explicit JudgeView(const JudgeSlot& slot) noexcept : slot_(slot) {}

  /// Null if there is none, or none that is fresh. Good until the next call.
  [[nodiscard]] const libtoken::authority::Judge* current();

 private:
  const JudgeSlot& slot_;
  std::uint64_t generation_ = 0;
  std::shared_ptr<const libtoken::authority::Judge> judge_;
};

}  // namespace tokend
