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
#include "operations/rate_limited_log.h"
#include "state/current_judge.h"
#include "state/fair_queue.h"
#include "state/live_snapshot.h"
#include "state/store_job.h"
#include "state/store_upkeep.h"

namespace tokend {

/// Does all jobs that need the store, on threads that have a connection to it each, so that no worker ever waits for a
/// disk or a lock: one thread writes, and two read. Jobs wait in lanes of bounded length, each with shares and turns of
/// its own. The writing thread does what waits in one transaction, and answers all of it after the one sync of the
/// disk; so many clients write as fast as one. It takes revocations first, and a transaction with one of them ends with
/// the last, so that nothing that others do, or whoever has stolen a token, keeps a token from being revoked.
class StoreQueue {
 public:
  static constexpr std::chrono::milliseconds kUpkeepInterval{60'000};
  static constexpr std::size_t kReaders = 2;
  /// A client that is over a share is told so after this long, so that asking again at once gains it nothing.
  static constexpr std::chrono::milliseconds kRefusalDelay{100};
  [[nodiscard]] static FairQueue::Shares shares_of(Lane lane) noexcept;
  /// A transaction takes no more jobs once it has so many, or has taken so long: a revocation that comes now waits for
  /// it.
  static constexpr std::size_t kMostInTransaction = 64;
  static constexpr std::chrono::milliseconds kLongestTransaction{10};

  /// Seconds since 1970.
  using Clock = std::function<std::int64_t()>;

  /// `judges` is borrowed. `upkeep_interval`: how often uses and the like are written to the store.
  StoreQueue(const CurrentJudge& judges, Clock clock, const StoreJobHandlerFactory& make_handler,
             std::shared_ptr<spdlog::logger> log, std::chrono::milliseconds upkeep_interval = kUpkeepInterval);
  ~StoreQueue();
  StoreQueue(const StoreQueue&) = delete;
  StoreQueue& operator=(const StoreQueue&) = delete;

  /// Starts the threads. `live` follows the same store, and is borrowed. Throws if the system gives no thread.
  void start(libtoken::authority::StoreAddress address, LiveSnapshot& live);
  /// Goes on with another store. `change` is called while no thread uses a store, gives the one who follows the new
  /// store, and must not throw.
  void change(libtoken::authority::StoreAddress address, const std::function<LiveSnapshot&()>& change);
  /// Writes what is still to be written, and joins the threads. Jobs that still wait are not answered.
  void stop() noexcept;

  // From any thread.
  /// `done` of the job is called, with 503 `busy` if there is no room. False: not even that, because too many jobs are
  /// being refused already; or the queue is stopping.
  [[nodiscard]] bool submit(const std::shared_ptr<StoreJob>& job);
  /// So many refusals of one token go into the audit in a minute; 0: all.
  void limit_audited_refusals(std::size_t of_token) { upkeep_.limit_audited_refusals(of_token); }
  /// These tokens were used.
  void note_uses(const std::vector<libtoken::TokenId>& ids) { upkeep_.note_uses(ids); }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Next {
    Lane lane{};
    FairQueue::Taken taken;
    std::optional<StoreOutcome> outcome = std::nullopt;  ///< nothing: nobody waits for it any more
    [[nodiscard]] StoreJob& job() const noexcept { return static_cast<StoreJob&>(*taken.job); }
  };
  /// A thread, and what it alone uses.
  struct Thread {
    Thread(std::vector<Lane> lanes, std::unique_ptr<StoreJobHandler> does)
        : serves(std::move(lanes)), handler(std::move(does)) {
      jobs.reserve(kMostInTransaction);  // so that what was taken can always be kept
    }
    const std::vector<Lane> serves;  ///< in this order
    const std::unique_ptr<StoreJobHandler> handler;
    std::vector<Next> jobs;  ///< that it does now
    std::optional<libtoken::authority::Store> store;
    SteadyTime close_store_at = SteadyTime::max();
    SteadyTime upkeep_at = SteadyTime::max();
    std::condition_variable wake;
    std::thread thread;
  };
  struct LateRefusal {
    SteadyTime at;
    std::shared_ptr<StoreJob> job;
  };

  void run(Thread& thread) noexcept;
  void turn(Thread& thread, std::unique_lock<std::mutex>& lock);
  /// Only those that can do something, because waking a thread costs as much as a read.
  void wake_those_for(Lane lane) noexcept;
  void wake_all() noexcept;
  /// When this thread has something to do, if nothing else happens.
  [[nodiscard]] SteadyTime next_at(const Thread& thread, SteadyTime now) const noexcept;
  [[nodiscard]] std::optional<Next> take_next(const Thread& thread, SteadyTime now) noexcept;
  /// Does some work without the lock, during which the store is not changed for another.
  template <class Work>
  void work(std::unique_lock<std::mutex>& lock, Work work) {
    ++at_work_;
    lock.unlock();
    work();
    lock.lock();
    if (--at_work_ == 0 && (changes_wanted_ != 0 || readers_pause_)) rested_.notify_all();
  }

  /// Does the next job, and if it writes also those that wait behind it. False: none waits.
  [[nodiscard]] bool do_next(Thread& thread, std::unique_lock<std::mutex>& lock);
  void read(Thread& thread, StoreJob& job) noexcept;
  /// Does the first of the thread's jobs, and what waits behind it, in one transaction, and answers them.
  void write_together(Thread& thread) noexcept;
  /// Does one job in a transaction of its own, and answers it.
  void write_alone(Thread& thread, StoreJob& job, libtoken::authority::Store* store) noexcept;
  /// Takes the next job for the transaction that began then. Nothing: it takes no more.
  [[nodiscard]] StoreJob* take_another(Thread& thread, SteadyTime begun) noexcept;
  /// Nothing: nobody waits for the job any more.
  [[nodiscard]] std::optional<StoreOutcome> outcome_of(Thread& thread, const StoreJob& job,
                                                       libtoken::authority::Store* store) noexcept;
  template <class MakeResponse>
  static void answer(StoreJob& job, MakeResponse make) noexcept;
  static void refuse(const std::shared_ptr<StoreJob>& job) noexcept;
  /// Has the job refused after kRefusalDelay. False: it must be refused at once.
  [[nodiscard]] bool refuse_late(const std::shared_ptr<StoreJob>& job) noexcept;
  static void finish(StoreJob& job) noexcept;
  /// True: there is more to be written.
  [[nodiscard]] bool keep_up(Thread& thread, bool at_end) noexcept;
  void keep_space() noexcept;
  static void close_store(Thread& thread) noexcept;
  /// If the store's write-ahead log has grown, makes the readers pause and empties it.
  void shorten_log(Thread& thread, std::unique_lock<std::mutex>& lock);
  /// Opens the store if it is not open, or if its address now names another. Null: it cannot be used.
  libtoken::authority::Store* open_store(Thread& thread);
  /// The same, and null also if there is no memory.
  libtoken::authority::Store* try_to_open_store(Thread& thread) noexcept;
  [[nodiscard]] bool publish();
  void warn(const char* what, const libtoken::Error& error) noexcept;

  const std::shared_ptr<spdlog::logger> log_;
  const std::chrono::milliseconds upkeep_interval_;
  RateLimitedLog faults_;
  StoreUpkeep upkeep_;
  std::vector<std::unique_ptr<Thread>> threads_;  // the writing one first

  // Changed only while no thread works.
  libtoken::authority::StoreAddress address_;
  LiveSnapshot* live_ = nullptr;

  std::mutex mutex_;  // guards what follows
  std::condition_variable rested_;
  std::array<FairQueue, kLanes> lanes_;
  std::array<std::size_t, kLanes> passed_over_{};
  std::deque<LateRefusal> refusals_;
  std::size_t at_work_ = 0;
  std::size_t changes_wanted_ = 0;
  std::size_t transactions_ = 0;
  bool readers_pause_ = false;
  bool stopping_ = false;
};

}  // namespace tokend
