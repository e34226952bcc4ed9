#pragma once

#include <string>
#include <string_view>

// Labels: what a token is called and whom it was given to, in people's words. They are UTF-8.
namespace libtoken::authority {

/// Whether a token, or a part of one, seems to stand in it: what is kept and shown must hold none.
[[nodiscard]] bool holds_token(std::string_view text) noexcept;

/// Without the white space (Unicode's too) at either end. The label is UTF-8.
[[nodiscard]] std::string trimmed_label(std::string_view label);

/// What labels are compared by: trimmed, and every code point in lower case, whatever the process's locale.
[[nodiscard]] std::string label_key(std::string_view label);

/// The code points of well-formed UTF-8. Other bytes do no harm, and come out as some code points or other.
[[nodiscard]] std::u32string code_points(std::string_view text);

}  // namespace libtoken::authority
