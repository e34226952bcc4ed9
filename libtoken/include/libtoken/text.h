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

}  // namespace libtoken
