#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tokend {

using SteadyClock = std::chrono::steady_clock;

/// What a worker waits for a connection to do.
enum class Wait : std::uint8_t { kIdle, kHead, kBody, kReply, kLinger };
inline constexpr std::size_t kWaits = 5;

/// A connection's deadline, and its place in a list of them.
struct DeadlineEntry {
  DeadlineEntry* before = nullptr;
  DeadlineEntry* after = nullptr;
  SteadyClock::time_point at{};
  Wait wait = Wait::kIdle;
  bool listed = false;
};

/// The deadlines of a worker's connections. Those of one kind all last equally long, so that a list of each kind, in
/// the order in which they were set, is also in the order in which they end. Setting, dropping and finding the next one
/// take the same time however many connections there are.
class Deadlines {
 public:
  /// Sets the entry's deadline; it replaces an earlier one.
  void set(DeadlineEntry& entry, Wait wait, SteadyClock::time_point at) noexcept;
  void drop(DeadlineEntry& entry) noexcept;
  /// An entry whose deadline is over, or null.
  [[nodiscard]] DeadlineEntry* next_due(SteadyClock::time_point now) noexcept;
  /// When the next deadline ends, or `latest` if that is earlier.
  [[nodiscard]] SteadyClock::time_point next(SteadyClock::time_point latest) const noexcept;

 private:
  struct List {
    DeadlineEntry* first = nullptr;
    DeadlineEntry* last = nullptr;
  };
  std::array<List, kWaits> lists_;
};

}  // namespace tokend
