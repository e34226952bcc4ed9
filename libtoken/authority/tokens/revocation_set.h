#pragma once

#include <cstddef>
#include <vector>

#include "libtoken/token_id.h"

namespace libtoken::authority {

/// A set of revoked ids in memory: a hash table with open addressing and 16 bytes a slot, at most three quarters full,
/// so that an id takes 22 to 43 bytes. Immutable, and read by any number of threads.
class RevocationSet {
 public:
  RevocationSet() = default;
  /// `ids` may contain repeats.
  explicit RevocationSet(const std::vector<TokenId>& ids);

  [[nodiscard]] bool contains(const TokenId& id) const noexcept;
  /// Prefetches the slot of this id into the cache, for a contains() that follows soon.
  void prefetch(const TokenId& id) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return slots_.empty(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return slots_.capacity() * sizeof(TokenId); }

 private:
  [[nodiscard]] std::size_t first_slot(const TokenId& id) const noexcept;

  // A power of two of them. A free slot is all zeros, which is not the id of any token.
  std::vector<TokenId> slots_;
};

}  // namespace libtoken::authority
