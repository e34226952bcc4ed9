#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "libtoken/token_id.h"

namespace tokend {

/// The tokens that one thread has seen used since it last passed them on. Most are in it already, and noting such a one
/// reads a single cache line.
class UseTable {
 public:
  static constexpr std::size_t kSlots = 2048;
  static constexpr std::size_t kMost = kSlots / 4 * 3;

  UseTable() : slots_(kSlots) {}

  /// False: the token is not noted, because the table is full.
  [[nodiscard]] bool note(const libtoken::TokenId& id) noexcept {
    std::size_t at = home_of(id);
    for (; slots_[at] != libtoken::TokenId{}; at = (at + 1) % kSlots) {
      if (slots_[at] == id) return true;
    }
    if (count_ == kMost) return false;
    slots_[at] = id;
    ++count_;
    return true;
  }

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// Gives all tokens, and empties the table.
  [[nodiscard]] std::vector<libtoken::TokenId> take() {
    std::vector<libtoken::TokenId> ids;
    ids.reserve(count_);
    for (libtoken::TokenId& slot : slots_) {
      if (slot != libtoken::TokenId{}) ids.push_back(std::exchange(slot, {}));
    }
    count_ = 0;
    return ids;
  }

 private:
  /// Ids are hashes themselves.
  [[nodiscard]] static std::size_t home_of(const libtoken::TokenId& id) noexcept {
    return (id.bytes[0] | std::size_t{id.bytes[1]} << 8) % kSlots;
  }

  std::vector<libtoken::TokenId> slots_;  // a free one is all zeros, which no id is
  std::size_t count_ = 0;
};

}  // namespace tokend
