#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "support/daemon.h"

namespace support {

/// Calls that a program can be made to see fail, and how they do.
enum class Fault : std::uint32_t {
  kNone,
  kMemory,       ///< allocations, and starts of threads
  kDescriptors,  ///< whatever makes a file descriptor: EMFILE
  kDiskFull,     ///< writes to files: ENOSPC
  kDiskWrites,   ///< writes to files, and syncs: EIO
  kSyncs,        ///< fsync and fdatasync: EIO
  kDiskReads,    ///< reads from files: EIO
  kShortWrites,  ///< writes to files and sockets take half of the bytes
  kShortReads,   ///< reads from files and sockets give half of the bytes
  kInterrupted,  ///< whatever may wait: EINTR
  kConnections,  ///< reading from and writing to sockets: ECONNRESET
};

/// What the program and the test share, in a file that both have mapped. failing_calls.cc reads it.
struct FaultPage {
  std::atomic<Fault> fault;
  std::atomic<std::uint32_t> one_in;  ///< 0: only what `at` says
  std::atomic<std::uint64_t> at;      ///< which call, from 1; 0: only what `one_in` says
  std::atomic<std::uint64_t> in_a_row;
  std::atomic<std::uint64_t> calls;   ///< of this kind since the plan was made
  std::atomic<std::uint64_t> failed;  ///< so many of them
};

/// Which calls of the programs started with environment() fail. Those that run already learn of it at once.
class FaultPlan {
 public:
  FaultPlan();
  ~FaultPlan();
  FaultPlan(const FaultPlan&) = delete;
  FaultPlan& operator=(const FaultPlan&) = delete;

  static constexpr std::uint64_t kAllThatFollow = UINT64_MAX / 2;
  /// The nth from now on fails, and so do those that follow it, `in_a_row` altogether.
  void fail_nth(Fault fault, std::uint64_t n, std::uint64_t in_a_row = 1);
  void fail_one_in(Fault fault, std::uint32_t number);
  /// Nothing fails any more. How many calls have failed.
  std::uint64_t stop();
  [[nodiscard]] std::uint64_t calls() const { return page_->calls; }
  [[nodiscard]] std::uint64_t failed() const { return page_->failed; }

  [[nodiscard]] Environment environment() const;
  /// The call stack of the last nth that failed, and of an abort, as far as names are known.
  [[nodiscard]] std::string trace() const;

 private:
  void start(Fault fault, std::uint64_t at, std::uint64_t in_a_row, std::uint32_t one_in);
  TempDir folder_;
  FaultPage* page_ = nullptr;
};

}  // namespace support
