#pragma once

#include <cstddef>
#include <vector>

#include "libtoken/token_id.h"

namespace libtoken::authority {

/// Revoked ids in memory: a flat table of 16 bytes an id, filled to three quarters at most, so 22 to 43 bytes each. Built
/// once and then read by any number of threads.
class RevocationSet {
 public:
  RevocationSet() = default;
  /// Repeats are one.
  explicit RevocationSet(const std::vector<TokenId>& ids);

  [[nodiscard]] bool contains(const TokenId& id) const noexcept;
  /// Has the place where the id would stand brought from memory, for a contains() that follows soon.
  void prefetch(const TokenId& id) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return slots_.empty(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return slots_.capacity() * sizeof(TokenId); }

 private:
  [[nodiscard]] std::size_t home_of(const TokenId& id) const noexcept;

  // A power of two of them. An id of zeros, which no UUID is, marks a free one.
  std::vector<TokenId> slots_;
};

}  // namespace libtoken::authority
