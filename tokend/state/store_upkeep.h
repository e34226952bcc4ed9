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

/// What the daemon writes into the store without being asked, now and then: which tokens were used, the latest time
/// that it has seen, and how many refusals were left out of the audit. It is kept in memory until then.
class StoreUpkeep {
 public:
  using Clock = std::function<std::int64_t()>;
  /// The store, or null if it cannot be used now.
  using OpenStore = std::function<libtoken::authority::Store*()>;

  StoreUpkeep(std::shared_ptr<libtoken::authority::LatestTime> latest, Clock clock, RateLimitedLog& faults)
      : latest_(std::move(latest)), clock_(std::move(clock)), faults_(faults) {}

  // From any thread.
  /// These tokens were used.
  void note_uses(const std::vector<libtoken::TokenId>& ids);
  /// Whether this refusal is to be written into the audit.
  [[nodiscard]] RefusalLimit::Answer limit_refusal(const RefusalLimit::Refused& refused);

  /// So many of one token are in a minute; 0: all.
  void limit_audited_refusals(std::size_t of_token);

  /// Writes a part of it, so small that jobs need not wait long. What cannot be written is kept for the next time.
  /// True: there is more to be written now. For one thread.
  [[nodiscard]] bool write(const OpenStore& open_store, bool at_end) noexcept;

 private:
  using IdSet = std::unordered_set<libtoken::TokenId, libtoken::TokenIdHash>;

  bool write_uses(const OpenStore& open_store);
  bool write_time(const OpenStore& open_store, bool at_end);
  bool write_refusals(const OpenStore& open_store);

  const std::shared_ptr<libtoken::authority::LatestTime> latest_;
  const Clock clock_;
  RateLimitedLog& faults_;

  // The writing thread's own.
  IdSet written_;  // tokens whose use on written_day_ is in the store
  std::int64_t written_day_ = 0;
  std::int64_t written_time_unix_s_ = 0;

  std::mutex mutex_;  // guards what follows
  IdSet used_;
  RefusalLimit refusals_;
};

}  // namespace tokend
