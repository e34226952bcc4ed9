#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "authority/judge/latest_time.h"
#include "authority/store/store.h"
#include "operations/rate_limited_log.h"
#include "state/refusal_limit.h"

namespace tokend {

/// What a daemon writes into the store by itself, once in a while: which tokens were used, what time it has been, and
/// how many refusals stand in the audit as a number alone. Kept in memory until then.
class StoreUpkeep {
 public:
  using Clock = std::function<std::int64_t()>;
  /// Null: it cannot be used now.
  using OpenStore = std::function<libtoken::authority::Store*()>;

  StoreUpkeep(std::shared_ptr<libtoken::authority::LatestTime> latest, Clock clock, RateLimitedLog& faults)
      : latest_(std::move(latest)), clock_(std::move(clock)), faults_(faults) {}

  // From any thread.
  /// These tokens were used.
  void note_uses(const std::vector<libtoken::TokenId>& ids);
  /// Whether this refusal is to be written down.
  [[nodiscard]] RefusalLimit::Answer limit_refusal(const RefusalLimit::Refused& refused);

  /// Writes some of what there is, so little that nobody need wait long; what cannot be written now waits for the next
  /// time. True: there is more to write now. For one thread.
  [[nodiscard]] bool write(const OpenStore& open_store, bool at_end) noexcept;

 private:
  struct IdHash {
    std::size_t operator()(const libtoken::TokenId& id) const noexcept;
  };
  using IdSet = std::unordered_set<libtoken::TokenId, IdHash>;

  bool write_uses(const OpenStore& open_store);
  bool write_time(const OpenStore& open_store, bool at_end);
  bool write_refusals(const OpenStore& open_store);

  const std::shared_ptr<libtoken::authority::LatestTime> latest_;
  const Clock clock_;
  RateLimitedLog& faults_;

  // The writing thread's own.
  IdSet written_;  // of written_day_
  std::int64_t written_day_ = 0;
  std::int64_t written_time_unix_s_ = 0;

  std::mutex mutex_;  // guards what follows
  IdSet used_;
  RefusalLimit refusals_;
};

}  // namespace tokend
