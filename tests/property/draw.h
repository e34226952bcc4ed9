#pragma once

#include <array>
#include <cstddef>
#include <iterator>

namespace property_test {

// Random choices, only inside of a property.

/// A number below `count`, all of them equally likely.
std::size_t any_below(std::size_t count);

inline bool one_in(std::size_t count) { return any_below(count) == 0; }

/// A copy of one: what a generator of rapidcheck yields is a temporary, to which there must be no reference.
template <class Range>
auto one_of(const Range& values) {
  return *std::next(std::begin(values), static_cast<std::ptrdiff_t>(any_below(std::size(values))));
}

/// Names of resources, of which some begin with others.
inline constexpr std::array<const char*, 4> kNames = {"a", "ab", "b", "c"};
/// Words of commands. A command is the first few of them, in this order.
inline constexpr std::array<const char*, 3> kWords = {"a", "b", "c"};

}  // namespace property_test
