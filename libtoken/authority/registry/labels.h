#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

// Labels (label_text.h) that one could be taken for another.
namespace libtoken::authority {

/// How far apart two different label keys (label_key()) are, if one could be taken for the other; nothing if not. That
/// is the number of code points that were inserted, left out, changed or swapped with their neighbour, if that is at
/// most 1 or a sixth of the shorter key; or, where one key contains the other, as `ann@example.com` contains `ann`, the
/// difference of their lengths.
[[nodiscard]] std::optional<std::size_t> near_distance(std::string_view key, std::string_view other);

}  // namespace libtoken::authority
