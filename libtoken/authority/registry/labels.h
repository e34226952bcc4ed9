#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Labels: what a token is called and whom it was given to, in people's words.
namespace libtoken::authority {

/// Whether a token, or a part of one, seems to stand in it: what is kept and shown must hold none.
[[nodiscard]] bool holds_token(std::string_view text) noexcept;

/// Without the white space (Unicode's too) at either end. The label is UTF-8.
[[nodiscard]] std::string trimmed_label(std::string_view label);

/// What labels are compared by: trimmed, and every code point in lower case, whatever the process's locale.
[[nodiscard]] std::string label_key(std::string_view label);

/// How far two keys that are not the same are apart, if they are near enough to be taken for each other: the code points
/// put in, left out, changed or swapped with their neighbour, at most one in six of them; or one stands in the other, as
/// `ann` does in `ann@example.com`.
[[nodiscard]] std::optional<std::size_t> near_distance(std::string_view key, std::string_view other);

}  // namespace libtoken::authority
