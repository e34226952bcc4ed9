#pragma once

#include <filesystem>
#include <limits>

#include "authority/sealing/private_file.h"

namespace libtoken::authority {

/// SQLite lets whoever asks next have its write lock, so that one who writes without a pause keeps the others from it
/// for as long as they care to wait. Here one of those who want it is next, and whoever has just written cannot come
/// before. Turns are taken in the folder of the store (`flock`), between threads and processes alike. Writing does not
/// depend on them for being right: where the system has no such lock, or somebody keeps the turn, SQLite's own lock is
/// waited for all the same.
class WriteTurns {
 public:
  explicit WriteTurns(const std::filesystem::path& store) noexcept;

  /// The turn, while it lives: until it is known that SQLite's lock was had, or was not.
  class Turn {
   public:
    /// Waits for as long as wait_for_lock() does, or for so many looks.
    explicit Turn(const WriteTurns& turns, int most_looks = std::numeric_limits<int>::max()) noexcept;
    [[nodiscard]] bool is_taken() const noexcept { return folder_ >= 0; }
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    int folder_;  // -1: not taken
  };

 private:
  FileDescriptor folder_;
};

/// How long anybody waits for a lock: longer than any write of ours takes.
inline constexpr int kLockPatienceMs = 10'000;

/// Sleeps before the `count`th look (from 0) at a lock that somebody holds. False: that was long enough.
[[nodiscard]] bool wait_for_lock(int count) noexcept;

}  // namespace libtoken::authority
