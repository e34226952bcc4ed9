#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run.h"

namespace revocation_test {

/// One operation of a sequence, and what its choices come from.
struct Step {
  std::size_t operation = 0;
  std::uint64_t seed = 0;
};
using Sequence = std::vector<Step>;

/// `only`: the names of the operations that are taken, with commas between; "" for all.
[[nodiscard]] Sequence any_sequence(std::uint64_t seed, std::size_t length, const std::string& only);

struct Outcome {
  std::optional<std::string> failure;
  std::string story;  ///< what was done, a line each
  Counts counts;
};
[[nodiscard]] Outcome execute(const Sequence& sequence, const Template& beginning, const fs::path& folder);

/// A shorter one that fails as well, if leaving out steps makes one within a few seconds.
[[nodiscard]] Sequence shrink(Sequence sequence, const Template& beginning, const fs::path& folder);

}  // namespace revocation_test
