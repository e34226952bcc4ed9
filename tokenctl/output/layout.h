#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Text laid out for a terminal.

namespace tokenctl {

/// Bold if stdout is a terminal and NO_COLOR is not set; otherwise unchanged.
[[nodiscard]] std::string heading(std::string_view text);

/// Breaks a text at spaces into lines of at most `width` columns; only a longer word makes a longer line. `column` is
/// where the first line begins, and each further line begins with `indent` spaces. No newline at the end.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent = 0,
                               std::size_t column = 0);

/// How many columns a text takes up.
[[nodiscard]] std::size_t columns(std::string_view text);

/// The text, filled up with spaces to `width` columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

/// `3 bytes`, `1 byte`: an English plural.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace tokenctl
