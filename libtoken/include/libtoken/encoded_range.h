#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "libtoken/bytes.h"

namespace libtoken {

/// A list or set in its encoded form inside a token, read item by item as it is walked. It borrows the token's buffer,
/// which has been checked when the token was decoded, so that reading cannot fail. Copying one copies two words.
///
/// `void read_item(const std::uint8_t*& at, Item&)`, found by argument-dependent lookup, reads one and moves on.
template <class Item>
class EncodedRange {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = const Item&;

    iterator(const std::uint8_t* at, std::uint32_t left) : at_(at), left_(left) {
      if (left_ != 0) read_item(at_, item_);
    }
    [[nodiscard]] reference operator*() const noexcept { return item_; }
    [[nodiscard]] pointer operator->() const noexcept { return &item_; }
    iterator& operator++() {
      if (--left_ != 0) read_item(at_, item_);
      return *this;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

   private:
    const std::uint8_t* at_;
    std::uint32_t left_;
    Item item_{};
  };

  EncodedRange() = default;
  /// `count` items stand one after the other from `first` on; the decoder has checked them.
  EncodedRange(const std::uint8_t* first, std::uint32_t count) noexcept : first_(first), count_(count) {}

  [[nodiscard]] iterator begin() const { return {first_, count_}; }
  [[nodiscard]] iterator end() const { return {nullptr, 0}; }
  [[nodiscard]] std::uint32_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

 private:
  const std::uint8_t* first_ = nullptr;
  std::uint32_t count_ = 0;
};

}  // namespace libtoken
