#pragma once

#include <string>
#include <string_view>

#include "libtoken/bytes.h"

namespace libtoken {

/// Whether the bytes are well-formed UTF-8 (Unicode 15 §3.9: no surrogates, no overlong forms, nothing past U+10FFFF).
[[nodiscard]] bool is_utf8(ByteView bytes) noexcept;

/// A string out of a token, safe to show on a terminal or in a log: control characters, bad UTF-8, backslashes and the
/// characters that reorder or hide text (bidirectional controls, zero-width ones) come out as `\n`, `\x1b`, `\u202e`,
/// `\\`. Longer than `max_bytes`, it ends in `…`.
[[nodiscard]] std::string escape_untrusted(std::string_view text, std::size_t max_bytes = 4096);

/// Whether a character is not seen although it is there, or changes others: Unicode's Default_Ignorable_Code_Point
/// (zero-width characters, variation selectors, fillers …), whether it is assigned yet or not, noncharacters, and
/// others that are drawn as nothing (an empty braille pattern, anchors of annotations, controls of hieroglyphs). White
/// space is not among them.
[[nodiscard]] bool is_unseen(char32_t character) noexcept;

/// Whether Unicode keeps it out of text for ever (chapter 23.7): U+FDD0 to U+FDEF, and the last two of each plane.
[[nodiscard]] bool is_noncharacter(char32_t character) noexcept;

/// How many columns of a terminal a text takes up: two for a wide character, none for one that combines with that
/// before it. Bytes that are not UTF-8 count as one.
[[nodiscard]] std::size_t terminal_columns(std::string_view text) noexcept;

/// The text, if it takes up at most so many columns; else its beginning and `…` in at most so many.
[[nodiscard]] std::string cut_to_columns(std::string_view text, std::size_t columns);

}  // namespace libtoken
