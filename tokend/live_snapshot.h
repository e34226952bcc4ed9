#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "authority/judge.h"
#include "authority/store.h"
#include "libtoken/result.h"

namespace tokend {

/// A judge that follows the store: a thread of its own looks for changes and puts a new judge in the old one's place,
/// so that no request ever reads the database. A store that cannot be read, is gone, or was replaced by one that is
/// none leaves nothing to judge by until it is back. Any number of threads may ask.
class LiveSnapshot {
 public:
  static constexpr std::chrono::milliseconds kPollInterval{200};
  /// A judge that nobody has compared with the store for so long may be stale, and counts as none.
  static constexpr std::chrono::seconds kMaxUnchecked{5};

  /// Reads the store once, then follows it. Errors: those of Store::open() and Snapshot::load().
  [[nodiscard]] static libtoken::Result<std::unique_ptr<LiveSnapshot>> open(libtoken::authority::StoreAddress address,
                                                                            std::shared_ptr<spdlog::logger> log);
  ~LiveSnapshot();
  LiveSnapshot(const LiveSnapshot&) = delete;
  LiveSnapshot& operator=(const LiveSnapshot&) = delete;

  /// What to judge by just now; null if the store cannot be read.
  [[nodiscard]] std::shared_ptr<const libtoken::authority::Judge> current() const;

 private:
  /// Tells one state of the store's file from another.
  struct FileMark {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
  };

  LiveSnapshot(libtoken::authority::StoreAddress address, std::shared_ptr<spdlog::logger> log);
  [[nodiscard]] libtoken::Result<void> refresh();
  [[nodiscard]] libtoken::Result<void> reopen();
  [[nodiscard]] libtoken::Result<FileMark> mark() const;
  void publish(std::shared_ptr<const libtoken::authority::Judge> judge);
  void follow();

  const libtoken::authority::StoreAddress address_;
  const std::shared_ptr<spdlog::logger> log_;

  // The thread's own.
  std::optional<libtoken::authority::Store> store_;
  FileMark mark_;
  std::int64_t data_version_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool stopping_ = false;
  std::shared_ptr<const libtoken::authority::Judge> judge_;
  std::chrono::steady_clock::time_point checked_;

  std::thread thread_;
};

}  // namespace tokend
