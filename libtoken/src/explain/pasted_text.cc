#include "explain/pasted_text.h"

#include <algorithm>
#include <optional>

namespace libtoken {
namespace {

constexpr char kNotAscii = '\x1a';

std::uint8_t byte_at(std::string_view text, std::size_t at) noexcept { return static_cast<std::uint8_t>(text[at]); }

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
  return std::nullopt;
}

/// The number that `digits` hex digits at a place stand for.
std::optional<unsigned> hex_at(std::string_view text, std::size_t at, std::size_t digits) noexcept {
  if (at > text.size() || text.size() - at < digits) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const auto digit = hex_digit(text[at + i]);
    if (!digit) return std::nullopt;
    value = value << 4 | *digit;
  }
  return value;
}

enum class ByteOrder : std::uint8_t { kLittle, kBig };

/// Whether a text is UTF-16 without a mark: of its first characters one byte of two is 0, and always the same one.
std::optional<ByteOrder> guess_utf16(std::string_view text) noexcept {
  constexpr std::size_t kLooksAt = 64;
  constexpr std::size_t kLeast = 8;
  const std::size_t bytes = std::min(text.size(), kLooksAt) & ~std::size_t{1};
  if (bytes < kLeast) return std::nullopt;
  bool little = true;
  bool big = true;
  for (std::size_t i = 0; i < bytes; i += 2) {
    little = little && text[i] != 0 && text[i + 1] == 0;
    big = big && text[i] == 0 && text[i + 1] != 0;
  }
  if (little) return ByteOrder::kLittle;
  return big ? std::optional(ByteOrder::kBig) : std::nullopt;
}

/// UTF-16 as UTF-8. A half of a surrogate pair comes out as three bytes, and a byte too many at the end is left out.
std::string from_utf16(std::string_view text, ByteOrder order) {
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::size_t high = order == ByteOrder::kBig ? i : i + 1;
    const unsigned unit = static_cast<unsigned>(byte_at(text, high)) << 8 | byte_at(text, i + i + 1 - high);
    if (unit < 0x80) {
      out += static_cast<char>(unit);
    } else if (unit < 0x800) {
      out += static_cast<char>(0xc0 | unit >> 6);
      out += static_cast<char>(0x80 | (unit & 0x3f));
    } else {
      out += static_cast<char>(0xe0 | unit >> 12);
      out += static_cast<char>(0x80 | (unit >> 6 & 0x3f));
      out += static_cast<char>(0x80 | (unit & 0x3f));
    }
  }
  return out;
}

/// What stands at a place of the text, in how many bytes.
struct Unit {
  std::size_t bytes = 1;
  char character = kNotAscii;  ///< 0: nothing that can be seen
  std::uint8_t marks = PlainText::kPlain;
};

/// Characters outside ASCII of up to three bytes.
Unit read_wide(std::string_view text, std::size_t at) noexcept {
  constexpr Unit kInvisible2{2, 0, PlainText::kAfterInvisible};
  constexpr Unit kSpace2{2, ' ', PlainText::kAfterInvisible};
  const std::uint8_t first = byte_at(text, at);
  const std::uint8_t second = at + 1 < text.size() ? byte_at(text, at + 1) : 0;
  if (first == 0xc2) {
    if (second == 0xa0) return kSpace2;                                                   // U+00A0 no-break space
    if (second == 0xad) return kInvisible2;                                               // U+00AD soft hyphen
    if (second == 0xab || second == 0xbb) return {2, '"', PlainText::kTypographicQuote};  // « »
    return {};
  }
  if (first == 0xa0) return {1, ' ', PlainText::kAfterInvisible};  // U+00A0 in ISO 8859-1
  if (first < 0xe0 || first > 0xef || at + 2 >= text.size()) return {};
  const unsigned point = (first & 0x0fU) << 12 | (second & 0x3fU) << 6 | (byte_at(text, at + 2) & 0x3fU);
  if (point == 0xfeff || point == 0x180e || (point >= 0x200b && point <= 0x200f) ||
      (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
      (point >= 0xfe00 && point <= 0xfe0f))
    return {3, 0, PlainText::kAfterInvisible};
  if ((point >= 0x2000 && point <= 0x200a) || point == 0x202f || point == 0x205f || point == 0x3000)
    return {3, ' ', PlainText::kAfterInvisible};
  if (point == 0x2028 || point == 0x2029) return {3, '\n', PlainText::kPlain};
  if (point >= 0x2018 && point <= 0x201b) return {3, '\'', PlainText::kTypographicQuote};
  if ((point >= 0x201c && point <= 0x201f) || point == 0x2039 || point == 0x203a)
    return {3, '"', PlainText::kTypographicQuote};
  return {};
}

/// `%2B`, and `%252B`, which was encoded twice.
std::optional<Unit> read_percent(std::string_view text, std::size_t at) noexcept {
  std::size_t digits = at + 1;
  while (text.substr(digits, 2) == "25") digits += 2;
  const auto value = hex_at(text, digits, 2);
  if (!value || *value >= 0x80) return std::nullopt;
  return Unit{digits + 2 - at, static_cast<char>(*value), PlainText::kFromPercent};
}

/// The escapes of JSON and of shells; a backslash before a line break takes that away.
std::optional<Unit> read_backslash(std::string_view text, std::size_t at) noexcept {
  if (at + 1 >= text.size()) return std::nullopt;
  switch (text[at + 1]) {
    case '/':
    case '"':
    case '\'':
    case '\\': return Unit{2, text[at + 1], PlainText::kPlain};
    case 'n':
    case 'r':
    case 't': return Unit{2, '\n', PlainText::kPlain};
    case '\n': return Unit{2, '\n', PlainText::kPlain};
    case 'u': break;
    default: return std::nullopt;
  }
  const auto value = hex_at(text, at + 2, 4);
  if (!value) return std::nullopt;
  if (*value == 0xfeff || (*value >= 0x200b && *value <= 0x200f)) return Unit{6, 0, PlainText::kAfterInvisible};
  if (*value == 0xa0) return Unit{6, ' ', PlainText::kAfterInvisible};
  return Unit{6, *value < 0x80 ? static_cast<char>(*value) : kNotAscii, PlainText::kPlain};
}

Unit read_unit(std::string_view text, std::size_t at) noexcept {
  const char c = text[at];
  std::optional<Unit> unit;
  if (c == '%') unit = read_percent(text, at);
  if (c == '\\') unit = read_backslash(text, at);
  if (static_cast<std::uint8_t>(c) >= 0x80) unit = read_wide(text, at);
  return unit ? *unit : Unit{1, c, PlainText::kPlain};
}

/// Takes a byte order mark off, or finds out that the text is UTF-16, of which `converted` then holds the UTF-8.
std::string_view undo_encoding(std::string_view text, PlainText& plain, std::string& converted) {
  std::optional<ByteOrder> order;
  if (text.starts_with("\xff\xfe")) order = ByteOrder::kLittle;
  if (text.starts_with("\xfe\xff")) order = ByteOrder::kBig;
  if (order) text.remove_prefix(2);
  plain.byte_order_mark = order.has_value();
  if (!order) order = guess_utf16(text);
  if (order) {
    plain.utf16 = true;
    converted = from_utf16(text, *order);
    text = converted;
  }
  if (text.starts_with("\xef\xbb\xbf")) {
    plain.byte_order_mark = true;
    text.remove_prefix(3);
  }
  return text;
}

}  // namespace

bool PlainText::has_mark(std::size_t from, std::size_t to, Mark mark) const noexcept {
  for (std::size_t i = from; i < std::min(to, marks.size()); ++i)
    if ((static_cast<std::uint8_t>(marks[i]) & mark) != 0) return true;
  return false;
}

PlainText plain_text(std::string_view text) {
  PlainText plain;
  std::string converted;
  text = undo_encoding(text, plain, converted);
  plain.text.reserve(text.size());
  plain.marks.reserve(text.size());
  std::uint8_t marks_of_next = PlainText::kPlain;
  for (std::size_t at = 0; at < text.size();) {
    const Unit unit = read_unit(text, at);
    at += unit.bytes;
    plain.any_invisible = plain.any_invisible || (unit.marks & PlainText::kAfterInvisible) != 0;
    if (unit.character == 0 && unit.marks != PlainText::kPlain) {
      marks_of_next |= unit.marks;
      continue;
    }
    plain.text += unit.character;
    plain.marks += static_cast<char>(unit.marks | marks_of_next);
    marks_of_next = PlainText::kPlain;
  }
  return plain;
}

}  // namespace libtoken
