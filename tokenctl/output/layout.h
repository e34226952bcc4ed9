#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Text laid out for a terminal.

namespace tokenctl {

/// Bold if stdout is a terminal and NO_COLOR is not set; otherwise unchanged.
[[nodiscard]] std::string heading(std::string_view text);

/// The columns of the terminal that stdout is, or that COLUMNS says it has; nothing if stdout is no terminal.
[[nodiscard]] std::optional<std::size_t> terminal_columns_of_stdout();

/// How wide lines of text are.
struct TextWidth {
  std::size_t columns = 88;          ///< lines are broken at spaces to keep to this
  std::optional<std::size_t> limit;  ///< no line is wider: longer words are broken, too
};
/// That of stdout: a terminal that is narrower is kept to; what goes into a pipe keeps its words whole. `wide`: as into
/// a pipe.
[[nodiscard]] TextWidth text_width(bool wide);

/// Breaks a text into lines. `column` is where the first line begins, and each further line begins with `indent`
/// spaces. No newline at the end.
[[nodiscard]] std::string wrap(std::string_view text, const TextWidth& width, std::size_t indent = 0,
                               std::size_t column = 0);

/// `Label      text`, and a newline, with the text in a column of its own; under the label where there is no room for
/// that.
[[nodiscard]] std::string field(std::string_view label, std::string_view text, const TextWidth& width);

/// Whether a text that begins at this column would have too little room beside what stands before it.
[[nodiscard]] bool is_narrow(const TextWidth& width, std::size_t column) noexcept;

/// How many columns a text takes up.
[[nodiscard]] std::size_t columns(std::string_view text);

/// The text, filled up with spaces to `width` columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

/// `3 bytes`, `1 byte`: an English plural.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// `199 900`: digits in groups of three.
[[nodiscard]] std::string grouped(std::uint64_t count);

}  // namespace tokenctl
