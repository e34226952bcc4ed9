#pragma once

#include <spdlog/logger.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "authority/store/store.h"
#include "api/management_handlers.h"
#include "state/fair_queue.h"
#include "state/current_judge.h"
#include "state/live_snapshot.h"
#include "api/management_job.h"
#include "operations/rate_limited_log.h"
#include "state/store_upkeep.h"

namespace tokend {

/// Where all that needs the store itself is done, by threads that have a store of their own each, so that no worker
/// ever waits for a disk or a lock: one thread writes, and two read. Requests wait in lanes of bounded length, each
/// with shares and turns of its own. The writing thread serves revocations first, so that nothing that others do, or
/// who has stolen a token, keeps a token from being revoked.
class StoreQueue {
 public:
  static constexpr std::chrono::milliseconds kUpkeepInterval{60'000};
  static constexpr std::size_t kReaders = 2;
  /// Who is over a share is told so after this long, lest asking again at once take the time of others.
  static constexpr std::chrono::milliseconds kRefusalDelay{100};
  [[nodiscard]] static FairQueue::Shares shares_of(Lane lane) noexcept;

  /// `judges` is borrowed. `upkeep_interval`: how often uses and the like are written down.
  StoreQueue(const JudgeSlot& judges, Clerk::Clock clock, std::shared_ptr<spdlog::logger> log,
             std::chrono::milliseconds upkeep_interval = kUpkeepInterval);
  ~StoreQueue();
  StoreQueue(const StoreQueue&) = delete;
  StoreQueue& operator=(const StoreQueue&) = delete;

  /// Begins to work. `live` follows the same store, and is borrowed.
  void start(libtoken::authority::StoreAddress address, LiveSnapshot& live);
  /// Works on with another store: `change` says who follows that one, while nothing is being done. It must not throw.
  void change(libtoken::authority::StoreAddress address, const std::function<LiveSnapshot&()>& change);
  /// Writes down what there is to be written, and ends. What still waits is not answered.
  void stop() noexcept;

  // From any thread.
  /// It is answered by job->done(), `busy` if there is no room. False: not even that, for too many are told so already.
  [[nodiscard]] bool submit(const std::shared_ptr<ManagementJob>& job);
  /// These tokens were used.
  void note_uses(const std::vector<libtoken::TokenId>& ids) { upkeep_.note_uses(ids); }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  /// A thread, and what it alone uses.
  struct Server {
    Server(std::vector<Lane> lanes, Clerk clerk) : serves(std::move(lanes)), clerk(std::move(clerk)) {}
    const std::vector<Lane> serves;  ///< the first before the others
    Clerk clerk;
    std::optional<libtoken::authority::Store> store;
    SteadyTime close_store_at = SteadyTime::max();
    SteadyTime upkeep_at = SteadyTime::max();
    std::thread thread;
  };
  struct LateRefusal {
    SteadyTime at;
    std::shared_ptr<ManagementJob> job;
  };
  struct Next {
    Lane lane{};
    FairQueue::Taken taken;
  };

  void run(Server& server) noexcept;
  void turn(Server& server, std::unique_lock<std::mutex>& lock);
  /// When this thread has something to do, if nothing else happens.
  [[nodiscard]] SteadyTime next_at(const Server& server, SteadyTime now) const noexcept;
  [[nodiscard]] std::optional<Next> take_next(const Server& server, SteadyTime now) noexcept;
  /// Does it while nobody may change the store, and without the lock.
  template <class Work>
  void work(std::unique_lock<std::mutex>& lock, Work work);

  void serve(Server& server, const std::shared_ptr<ManagementJob>& job) noexcept;
  static void refuse(const std::shared_ptr<ManagementJob>& job) noexcept;
  /// Has it told after a while. False: it must be told at once.
  [[nodiscard]] bool refuse_late(const std::shared_ptr<ManagementJob>& job) noexcept;
  static void tell(const std::shared_ptr<ManagementJob>& job) noexcept;
  [[nodiscard]] Response answer(Server& server, const ManagementJob& job);
  /// True: there is more of it.
  [[nodiscard]] bool keep_up(Server& server, bool at_end) noexcept;
  static void close_store(Server& server) noexcept;
  /// Makes the readers pause where the store's log has grown, and has it emptied.
  void shorten_log(Server& server, std::unique_lock<std::mutex>& lock);
  /// Opens the store if it is not open, or is not the one any more that the address names. Null: it cannot be used.
  libtoken::authority::Store* open_store(Server& server);
  [[nodiscard]] bool publish();

  const std::shared_ptr<spdlog::logger> log_;
  const std::chrono::milliseconds upkeep_interval_;
  QuietLog faults_;
  StoreUpkeep upkeep_;
  std::vector<std::unique_ptr<Server>> servers_;  // the writing one first

  // Changed only while nothing is being done.
  libtoken::authority::StoreAddress address_;
  LiveSnapshot* live_ = nullptr;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::condition_variable rested_;
  std::array<FairQueue, kLanes> lanes_;
  std::array<std::size_t, kLanes> passed_over_{};
  std::deque<LateRefusal> refusals_;
  std::size_t at_work_ = 0;
  std::size_t changes_wanted_ = 0;
  std::size_t jobs_written_ = 0;
  bool readers_pause_ = false;
  bool stopping_ = false;
};

}  // namespace tokend
