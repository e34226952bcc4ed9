#include "state/current_judge.h"

#include <algorithm>
#include <utility>

namespace tokend {
namespace {

/// Only a test shows one daemon more stores than this, one after the other.
constexpr std::size_t kMostStores = 64;

std::int64_t steady_now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

bool CurrentJudge::publish(std::shared_ptr<const libtoken::authority::Judge> judge) {
  // Copied first: without memory nothing is half changed.
  libtoken::authority::StoreRevision revision;
  if (judge != nullptr) revision = judge->snapshot().revision();
  const std::lock_guard lock(mutex_);
  if (judge != nullptr) {
    const auto known = std::find_if(newest_.begin(), newest_.end(),
                                    [&](const auto& other) { return other.identity == revision.identity; });
    if (known == newest_.end()) {
      if (newest_.size() == kMostStores) newest_.erase(newest_.begin());
      newest_.push_back(std::move(revision));
    } else if (revision.is_older_than(*known)) {
      return false;
    } else {
      *known = std::move(revision);
    }
  }
  judge_.swap(judge);  // the old judge is destroyed after the lock is released
  checked_ns_ = steady_now_ns();
  ++generation_;
  return true;
}

std::vector<libtoken::authority::StoreRevision> CurrentJudge::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

bool CurrentJudge::confirm(const libtoken::authority::StoreRevision& revision) noexcept {
  const std::lock_guard lock(mutex_);
  if (judge_ == nullptr || judge_->snapshot().revision() != revision) return false;
  checked_ns_ = steady_now_ns();
  return true;
}

bool CurrentJudge::is_fresh() const noexcept {
  return steady_now_ns() - checked_ns_ <= std::chrono::nanoseconds(max_unchecked_).count();
}

JudgeReader::Reading JudgeReader::read() {
  if (current_.generation_ != generation_) {
    const std::lock_guard lock(current_.mutex_);
    judge_ = current_.judge_;
    generation_ = current_.generation_;
  }
  if (judge_ == nullptr) return {};
  if (!current_.is_fresh()) return {nullptr, true};
  return {judge_.get(), false};
}

void JudgeReader::forget() noexcept {
  judge_.reset();
  generation_ = 0;  // as before the first publish()
}

}  // namespace tokend
