#pragma once

#include <string>
#include <string_view>

// Labels: what a token is called and whom it was given to, in people's words. They are UTF-8.
namespace libtoken::authority {

/// Whether the text seems to contain a token or a part of one. Texts that are stored and shown must not.
[[nodiscard]] bool holds_token(std::string_view text) noexcept;

/// The label without white space (Unicode's White_Space) at either end.
[[nodiscard]] std::string trimmed_label(std::string_view label);

/// The form in which labels are compared: without what is not seen (is_unseen()), trimmed, with Unicode's
/// full case folding, and composed (NFC), so that labels that look the same, or differ in case alone, are the same:
/// `Straße`, `STRASSE` and `Strasse` are one. "" if there is nothing to see in it. It does not depend on the process's
/// locale. A label that has another key than an older version gave it must be found: whoever changes this adds a
/// migration that fills in the keys again.
[[nodiscard]] std::string label_key(std::string_view label);

/// Whether there is nothing to see in a label, though it is not empty. Nobody could look for what has it.
[[nodiscard]] bool is_invisible_label(std::string_view label);
inline constexpr const char* kInvisibleLabel =
    "a token's name and its holder must not be of white space and invisible characters alone: there is nothing to see";

/// The code points of well-formed UTF-8. Other bytes do no harm, and come out as some code points or other.
[[nodiscard]] std::u32string code_points(std::string_view text);

/// Appends a code point in UTF-8.
void append_utf8(std::string& text, char32_t point);

}  // namespace libtoken::authority
