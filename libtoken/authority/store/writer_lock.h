#pragma once

#include <filesystem>
#include <limits>

#include "authority/sealing/private_file.h"

namespace libtoken::authority {

/// The lock that writers take before they ask for SQLite's write lock. SQLite gives its lock to whoever happens to ask
/// next, so that somebody who writes without a pause can keep all others waiting until they give up. With this lock one
/// of those who wait is next, and whoever has just written cannot overtake it. It is an flock(2) on the store's folder,
/// between threads and processes alike. Correctness does not depend on it: where the system has no such lock, or
/// somebody keeps it too long, writers wait for SQLite's own lock all the same.
class WriterLock {
 public:
  /// `store`: the store's file, an absolute path.
  explicit WriterLock(const std::filesystem::path& store) noexcept;

  /// Holds the lock while it lives. A writer keeps it until SQLite's lock was had, or was not.
  class Guard {
   public:
    /// Waits as wait_for_lock() does, but tries at most 1 + `max_waits` times.
    explicit Guard(const WriterLock& lock, int max_waits = std::numeric_limits<int>::max()) noexcept;
    [[nodiscard]] bool is_held() const noexcept { return folder_ >= 0; }
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    int folder_;  // the folder's descriptor; -1 if the lock is not held
  };

 private:
  FileDescriptor folder_;
};

/// How long anybody waits for a lock, in milliseconds: longer than any write of ours takes.
inline constexpr int kLockPatienceMs = 10'000;

/// Sleeps before the next try to take a lock that somebody holds, where `count` (from 0) tries have failed before this
/// one. False: kLockPatienceMs have passed, so do not try again.
[[nodiscard]] bool wait_for_lock(int count) noexcept;

}  // namespace libtoken::authority
