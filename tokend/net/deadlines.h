#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tokend {

using SteadyClock = std::chrono::steady_clock;

/// What a connection is being waited for.
enum class Wait : std::uint8_t { kIdle, kHead, kBody, kReply, kLinger };
inline constexpr std::size_t kWaits = 5;

/// One connection's place among the deadlines.
struct DeadlineEntry {
  DeadlineEntry* before = nullptr;
  DeadlineEntry* after = nullptr;
  SteadyClock::time_point at{};
  Wait wait = Wait::kIdle;
  bool listed = false;
};

/// Deadlines of one kind last equally long, so that a list of each kind in the order they were set is in the order they
/// end: setting, dropping and finding the next one look at no other connection.
class Deadlines {
 public:
  /// Sets the entry's deadline, in the place of one it had.
  void set(DeadlineEntry& entry, Wait wait, SteadyClock::time_point at) noexcept;
  void drop(DeadlineEntry& entry) noexcept;
  /// One whose time has come, or null.
  [[nodiscard]] DeadlineEntry* next_due(SteadyClock::time_point now) noexcept;
  /// When the next one ends; `latest` if that is earlier.
  [[nodiscard]] SteadyClock::time_point next(SteadyClock::time_point latest) const noexcept;

 private:
  struct List {
    DeadlineEntry* first = nullptr;
    DeadlineEntry* last = nullptr;
  };
  std::array<List, kWaits> lists_;
};

}  // namespace tokend
