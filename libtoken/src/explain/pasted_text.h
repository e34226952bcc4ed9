#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace libtoken {

/// A pasted text with its encodings undone: ASCII, with one mark for each character.
struct PlainText {
  enum Mark : std::uint8_t {
    kPlain = 0,
    kFromPercent = 1,      ///< was percent-encoded
    kAfterInvisible = 2,   ///< is a no-break space, or follows a zero-width character that was left out
    kTypographicQuote = 4  ///< was another quotation mark
  };

  std::string text;
  std::string marks;  ///< of the same length; flags of Mark
  bool utf16 = false;
  bool byte_order_mark = false;
  bool any_invisible = false;

  /// Whether a character of [from, to) has this mark.
  [[nodiscard]] bool has_mark(std::size_t from, std::size_t to, Mark mark) const noexcept;
};

/// Undoes UTF-16, percent-encoding and JSON's escapes, leaves out what is invisible, writes other kinds of spaces and
/// quotation marks as ASCII, and everything else that is not ASCII as one U+001A for each byte. Each is undone once,
/// except that percent-encoding of percent signs is followed to its end.
[[nodiscard]] PlainText plain_text(std::string_view text);

}  // namespace libtoken
