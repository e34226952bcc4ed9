#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "libtoken/caveat.h"

namespace libtoken {

/// Memory for decoded caveats, allocated list by list. A list stays in place until clear(), which keeps the memory for
/// reuse, so that decoding into a warm arena allocates nothing.
class CaveatArena {
 public:
  [[nodiscard]] std::span<Caveat> allocate(std::size_t count) {
    while (current_ < chunks_.size() && chunks_[current_].size - used_ < count) {
      ++current_;
      used_ = 0;
    }
    if (current_ == chunks_.size()) {
      // Chunks double in size up to a limit at which the unused end of a chunk no longer matters.
      const std::size_t next = chunks_.empty() ? kFirstChunk : std::min(chunks_.back().size * 2, kLargestChunk);
      const std::size_t size = std::max(next, count);
      chunks_.push_back({std::make_unique<Caveat[]>(size), size});
    }
    const std::span<Caveat> list(chunks_[current_].slots.get() + used_, count);
    used_ += count;
    return list;
  }

  void clear() noexcept {
    current_ = 0;
    used_ = 0;
  }

 private:
  struct Chunk {
    std::unique_ptr<Caveat[]> slots;
    std::size_t size = 0;
  };
  static constexpr std::size_t kFirstChunk = 8;
  static constexpr std::size_t kLargestChunk = 1024;

  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
};

}  // namespace libtoken
