#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <vector>

#include "authority/store.h"
#include "clerk.h"
#include "judge_slot.h"
#include "live_snapshot.h"
#include "management_job.h"
#include "quiet_log.h"

namespace tokend {

/// Where all that needs the store itself is done: one thread with a store of its own, so that no worker ever waits for
/// a disk or a lock. Requests wait in a queue of bounded length.
class RegistryDesk {
 public:
  static constexpr std::size_t kMostWaiting = 256;
  /// Of one org, lest its tokens keep the others out.
  static constexpr std::size_t kMostOfOne = 32;
  static constexpr std::chrono::milliseconds kUseInterval{60'000};

  /// `judges` is borrowed. `use_interval`: how often uses are written down, at most.
  RegistryDesk(const JudgeSlot& judges, Clerk::Clock clock, std::shared_ptr<spdlog::logger> log,
               std::chrono::milliseconds use_interval = kUseInterval);
  ~RegistryDesk();
  RegistryDesk(const RegistryDesk&) = delete;
  RegistryDesk& operator=(const RegistryDesk&) = delete;

  /// Begins to work. `live` follows the same store, and is borrowed.
  void start(libtoken::authority::StoreAddress address, LiveSnapshot& live);
  /// Works on with another store: `change` says who follows that one, while nothing is being done.
  void change(libtoken::authority::StoreAddress address, const std::function<LiveSnapshot&()>& change);
  /// Writes down the uses, and ends. What still waits is not answered.
  void stop() noexcept;

  // From any thread.
  /// False: too many wait, or too many of its org.
  [[nodiscard]] bool submit(std::shared_ptr<ManagementJob> job);
  /// These tokens were used.
  void hand_in_uses(const std::vector<libtoken::TokenId>& ids);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct IdHash {
    std::size_t operator()(const libtoken::TokenId& id) const noexcept;
  };
  using IdSet = std::unordered_set<libtoken::TokenId, IdHash>;

  void run();
  [[nodiscard]] std::shared_ptr<ManagementJob> take_next();
  void serve(const std::shared_ptr<ManagementJob>& job) noexcept;
  void close_store();
  [[nodiscard]] Response answer(const ManagementJob& job);
  void write_uses();
  /// Writes down what time it has been, once in a while or at the end.
  void write_time(bool at_end);
  /// Opens the store if it is not open, or is not the one any more that the address names. Null: it cannot be used.
  libtoken::authority::Store* open_store();
  [[nodiscard]] bool publish();

  const Clerk::Clock clock_;
  const std::shared_ptr<libtoken::authority::LatestTime> latest_;
  const std::shared_ptr<spdlog::logger> log_;
  const std::chrono::milliseconds use_interval_;
  QuietLog faults_;

  std::mutex work_mutex_;  // held while something is done; guards what follows
  libtoken::authority::StoreAddress address_;
  LiveSnapshot* live_ = nullptr;
  std::optional<libtoken::authority::Store> store_;
  Clerk clerk_;
  IdSet written_;  // of written_day_
  std::int64_t written_day_ = 0;
  std::int64_t written_time_unix_s_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<std::shared_ptr<ManagementJob>> waiting_;
  std::uint64_t last_org_ = 0;
  std::size_t changes_wanted_ = 0;
  IdSet used_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace tokend
