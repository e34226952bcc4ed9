#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "authority/judge/judge.h"
#include "authority/store/store.h"
#include "libtoken/result.h"
#include "state/current_judge.h"

namespace tokend {

/// Keeps a CurrentJudge up to date with the store: a thread of its own looks for changes and publishes a new judge, so
/// that no request ever reads the database. While the store is gone, or is no store, nothing is judged. If it cannot be
/// read for another reason, such as a lock, the current judge stays until it is stale.
class LiveSnapshot {
 public:
  static constexpr std::chrono::milliseconds kPollInterval{200};

  /// Reads the store, and publishes nothing yet. Errors: those of Store::open() and Snapshot::load(). Throws if the
  /// system gives no thread.
  [[nodiscard]] static libtoken::Result<std::unique_ptr<LiveSnapshot>> open(libtoken::authority::StoreAddress address,
                                                                            CurrentJudge& current,
                                                                            std::shared_ptr<spdlog::logger> log);
  ~LiveSnapshot();
  LiveSnapshot(const LiveSnapshot&) = delete;
  LiveSnapshot& operator=(const LiveSnapshot&) = delete;

  /// Follows the store from now on, beginning with its present state. No other LiveSnapshot may be following a store
  /// for this CurrentJudge.
  void start() noexcept;

  /// Reads the store if it has changed, and returns once it is judged by its present state. False: it could not be
  /// read. Not before start().
  [[nodiscard]] bool refresh_now() { return await_refresh(false); }
  /// The same after something was written: if the store cannot be read, nothing is judged until it can be, so that no
  /// decision follows from what it said before.
  [[nodiscard]] bool refresh_after_writing() { return await_refresh(true); }

 private:
  /// A state of the store's file, to tell whether it has changed.
  struct FileMark {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
  };

  LiveSnapshot(libtoken::authority::StoreAddress address, CurrentJudge& current, std::shared_ptr<spdlog::logger> log);
  [[nodiscard]] libtoken::Result<void> refresh();
  [[nodiscard]] libtoken::Result<void> reopen();
  [[nodiscard]] libtoken::Result<FileMark> mark() const;
  /// Error: kUnusableStore (the judge is of an earlier state of the store than one before it).
  [[nodiscard]] libtoken::Result<void> publish(std::shared_ptr<const libtoken::authority::Judge> judge);
  [[nodiscard]] libtoken::Result<void> load();
  void judge_nothing();
  void follow();
  [[nodiscard]] bool await_refresh(bool must_succeed);
  /// Refreshes, and logs when that begins to fail and when it succeeds again. Nothing, or why it failed.
  std::optional<libtoken::Error> try_refresh(bool must_succeed);
  [[nodiscard]] bool may_pass(const libtoken::Error& error) const;

  const libtoken::authority::StoreAddress address_;
  CurrentJudge& current_;
  const std::shared_ptr<spdlog::logger> log_;

  // The thread's own, once it is started.
  std::optional<libtoken::authority::Store> store_;
  FileMark mark_;
  std::int64_t data_version_ = 0;
  libtoken::authority::StoreRevision revision_;                // of what was read last
  std::shared_ptr<const libtoken::authority::Snapshot> last_;  // read from the file of mark_; null: none was
  bool failed_ = false;
  std::shared_ptr<const libtoken::authority::Judge> first_;  // until start()

  std::mutex mutex_;  // guards what follows
  bool started_ = false;
  std::condition_variable wake_;
  std::condition_variable refreshed_;
  std::uint64_t refreshes_wanted_ = 0;
  std::uint64_t refreshes_done_ = 0;
  bool must_succeed_ = false;  // the next refresh
  bool available_ = true;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace tokend
