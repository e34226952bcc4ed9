#include "net/deadlines.h"

#include <algorithm>

namespace tokend {

void Deadlines::set(DeadlineEntry& entry, Wait wait, SteadyClock::time_point at) noexcept {
  drop(entry);
  List& list = lists_[static_cast<std::size_t>(wait)];
  entry.wait = wait;
  entry.at = at;
  entry.listed = true;
  entry.after = nullptr;
  entry.before = list.last;
  (list.last == nullptr ? list.first : list.last->after) = &entry;
  list.last = &entry;
}

void Deadlines::drop(DeadlineEntry& entry) noexcept {
  if (!entry.listed) return;
  List& list = lists_[static_cast<std::size_t>(entry.wait)];
  (entry.before == nullptr ? list.first : entry.before->after) = entry.after;
  (entry.after == nullptr ? list.last : entry.after->before) = entry.before;
  entry.listed = false;
}

DeadlineEntry* Deadlines::next_due(SteadyClock::time_point now) noexcept {
  for (const List& list : lists_) {
    if (list.first != nullptr && list.first->at <= now) return list.first;
  }
  return nullptr;
}

SteadyClock::time_point Deadlines::next(SteadyClock::time_point latest) const noexcept {
  for (const List& list : lists_) {
    if (list.first != nullptr) latest = std::min(latest, list.first->at);
  }
  return latest;
}

}  // namespace tokend
