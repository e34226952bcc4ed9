#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

// Labels (label_text.h) that one could be taken for another.
namespace libtoken::authority {

/// How far two keys that are not the same are apart, if they are near enough to be taken for each other: the code points
/// put in, left out, changed or swapped with their neighbour, at most one in six of them; or one stands in the other, as
/// `ann` does in `ann@example.com`.
[[nodiscard]] std::optional<std::size_t> near_distance(std::string_view key, std::string_view other);

}  // namespace libtoken::authority
