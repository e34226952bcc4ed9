#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include "authority/sealing/private_file.h"

namespace libtoken::authority {

/// The lock that writers take before they ask for SQLite's write lock. SQLite gives its lock to whoever happens to ask
/// next, so that somebody who writes without a pause can keep all others waiting until they give up. With this lock
/// everybody has a turn, in the order in which they came, between threads and processes alike. Correctness does not
/// depend on it: where the system has no such locks, or somebody keeps one too long, writers wait for SQLite's own lock
/// all the same.
///
/// It is an flock(2) on the store's folder, which is also held by whoever places or closes a store; and before it a
/// queue: locks on the bytes of the file `<store>-turns`. Each who waits holds a byte, and waits for the byte before to
/// become free. The system frees the bytes of a process that ends.
class WriterLock {
 public:
  /// `store`: the store's file, an absolute path.
  explicit WriterLock(const std::filesystem::path& store) noexcept;

  /// A place in the queue, until it is destroyed. Making it waits until all who came before have left.
  class Turn {
   public:
    explicit Turn(const WriterLock& lock) noexcept;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    const FileDescriptor turns_;  // of its own, since the bytes are locked by open files, and freed when they close
  };
  /// Removes the queue's file. For the last who closes the store.
  void remove_queue() const noexcept;

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
  std::string queue_file_;
};

/// How long anybody waits for a lock, in milliseconds: longer than any write of ours takes.
inline constexpr int kLockPatienceMs = 10'000;

/// Sleeps before the next try to take a lock that somebody holds, where `count` (from 0) tries have failed before this
/// one. False: kLockPatienceMs have passed, so do not try again.
[[nodiscard]] bool wait_for_lock(int count) noexcept;

}  // namespace libtoken::authority
