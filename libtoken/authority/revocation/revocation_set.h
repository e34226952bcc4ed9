#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "libtoken/token_id.h"

namespace libtoken::authority {

/// A set of revoked ids in memory: hash tables with open addressing and 16 bytes a slot, at most three quarters full,
/// so that an id takes 22 to 43 bytes. Immutable, and read by any number of threads. A set that has a few ids more than
/// another shares that one's large table, and has a small one for them.
class RevocationSet {
 public:
  RevocationSet() = default;
  /// `ids` may contain repeats.
  explicit RevocationSet(const std::vector<TokenId>& ids);
  /// A set with these too. It costs what they cost, except now and then, when the small table has become too large.
  [[nodiscard]] RevocationSet with(const std::vector<TokenId>& more) const;

  [[nodiscard]] bool contains(const TokenId& id) const noexcept {
    return large_.contains(id) || (!small_.empty() && small_.contains(id));
  }
  /// Prefetches the slot of this id into the cache, for a contains() that follows soon.
  void prefetch(const TokenId& id) const noexcept { large_.prefetch(id); }
  [[nodiscard]] bool empty() const noexcept { return large_.empty() && small_.empty(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return large_.memory_bytes() + small_.memory_bytes(); }

  /// So many ids the small table has at most.
  static constexpr std::size_t kMostInSmall = 4096;

 private:
  class Table {
   public:
    Table() = default;
    explicit Table(const std::vector<TokenId>& ids);
    [[nodiscard]] bool contains(const TokenId& id) const noexcept;
    void prefetch(const TokenId& id) const noexcept {
      if (slots_ != nullptr) __builtin_prefetch(&slots_[first_slot(id)]);
    }
    [[nodiscard]] bool empty() const noexcept { return slots_ == nullptr; }
    [[nodiscard]] std::size_t memory_bytes() const noexcept { return empty() ? 0 : (mask_ + 1) * sizeof(TokenId); }
    void append_to(std::vector<TokenId>& ids) const;

   private:
    [[nodiscard]] std::size_t first_slot(const TokenId& id) const noexcept;

    // A power of two of them, `mask_` + 1. A free slot is all zeros, which is not the id of any token.
    std::shared_ptr<const TokenId[]> shared_;
    const TokenId* slots_ = nullptr;
    std::size_t mask_ = 0;
  };

  Table large_;
  Table small_;
};

}  // namespace libtoken::authority
