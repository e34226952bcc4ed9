#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Labels (label_text.h) that one could be taken for another.
namespace libtoken::authority {

/// How far apart two different label keys (label_key()) are, if one could be taken for the other; nothing if not. That
/// is the number of code points that were inserted, left out, changed or swapped with their neighbour, if that is at
/// most 1 or a sixth of the shorter key; or, where one key contains the other, as `ann@example.com` contains `ann`, the
/// difference of their lengths.
[[nodiscard]] std::optional<std::size_t> near_distance(std::string_view key, std::string_view other);

/// Of some names (of orgs, commands, flags …), those that somebody may have meant by `text`: at most three, the nearest
/// first. Each has at most one, two or three edits, depending on how long `text` is; or, if there is none, it contains
/// `text`.
[[nodiscard]] std::vector<std::string> nearest_names(std::string_view text, const std::vector<std::string>& names);

/// `; did you mean arcadia-prod?`, `; did you mean a, b or c?`; "" for none.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string>& names);

/// The number of code points to insert, leave out, change or swap with their neighbour that makes one text the other,
/// or `most` + 1 if it is more than `most`.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other, std::size_t most);

}  // namespace libtoken::authority
