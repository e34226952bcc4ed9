#include "libtoken/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace libtoken {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 0: not UTF-8 here
};

// Table 3-7 of the Unicode standard: the second byte's range depends on the first.
CodePoint read_code_point(ByteView text) noexcept {
  const std::uint8_t first = text[0];
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t value = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
    value = first & 0x1fU;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    value = first & 0x0fU;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    value = first & 0x07U;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  } else {
    return {};
  }
  if (text.size() < length || text[1] < low || text[1] > high) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((text[i] & 0xc0) != 0x80) return {};
    value = value << 6 | (text[i] & 0x3fU);
  }
  return {value, length};
}

// What changes how the text around it looks, or looks like nothing.
bool is_deceptive(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || is_unseen(c) || c == 0x2028 || c == 0x2029;
}

std::size_t columns_of(char32_t c) noexcept {
  if (c >= 0x20 && c < 0x7f) return 1;  // nearly all are
  const auto point = static_cast<utf8proc_int32_t>(c);
  // Nobody knows how a terminal shows what is not assigned: it is counted as wide.
  if (utf8proc_category(point) == UTF8PROC_CATEGORY_CN) return 2;
  return static_cast<std::size_t>(std::max(utf8proc_charwidth(point), 0));
}

void append_hex(std::string& out, char32_t value, int digits) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kDigits[value >> shift & 15U];
}

void append_escaped(std::string& out, char32_t c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (c < 0x100) {
    out += "\\x";
    append_hex(out, c, 2);
  } else if (c < 0x10000) {
    out += "\\u";
    append_hex(out, c, 4);
  } else {
    out += "\\U";
    append_hex(out, c, 8);
  }
}

}  // namespace

bool is_noncharacter(char32_t c) noexcept { return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffeU) == 0xfffe; }

bool is_unseen(char32_t c) noexcept {
  struct Range {
    char32_t first;
    char32_t last;
  };
  // DerivedCoreProperties.txt of Unicode 15; utf8proc knows only the assigned ones.
  static constexpr Range kIgnorable[] = {
      {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},  {0x180b, 0x180f},
      {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},  {0xfeff, 0xfeff},
      {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};
  // Those that are not ignorable, and drawn as nothing (or, U+FFFC, as a box that stands for nothing) all the same.
  static constexpr Range kBlank[] = {{0x2800, 0x2800}, {0xfff9, 0xfffc}, {0x13430, 0x1343f}, {0x1d159, 0x1d159}};
  const auto holds_it = [c](const Range& range) { return c >= range.first && c <= range.last; };
  return std::any_of(std::begin(kIgnorable), std::end(kIgnorable), holds_it) ||
         std::any_of(std::begin(kBlank), std::end(kBlank), holds_it) || is_noncharacter(c);
}

std::size_t terminal_columns(std::string_view text) noexcept {
  const ByteView bytes = bytes_of(text);
  std::size_t columns = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const CodePoint c = read_code_point(bytes.subspan(i));
    columns += c.bytes == 0 ? 1 : columns_of(c.value);
    i += std::max<std::size_t>(c.bytes, 1);
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, std::size_t columns) {
  if (terminal_columns(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  const ByteView bytes = bytes_of(text);
  std::size_t end = 0;
  for (std::size_t taken = 1; end < bytes.size();) {  // the … takes up one
    const CodePoint c = read_code_point(bytes.subspan(end));
    taken += c.bytes == 0 ? 1 : columns_of(c.value);
    if (taken > columns) break;
    end += std::max<std::size_t>(c.bytes, 1);
  }
  return std::string(text.substr(0, end)) + "…";
}

bool is_utf8(ByteView bytes) noexcept {
  std::size_t i = 0;
  // Eight bytes at once as long as all of them are ASCII, as nearly all are.
  for (std::uint64_t word = 0; bytes.size() - i >= sizeof word; i += sizeof word) {
    std::memcpy(&word, bytes.data() + i, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (i < bytes.size()) {
    if (bytes[i] < 0x80) {
      ++i;
      continue;
    }
    const CodePoint c = read_code_point(bytes.subspan(i));
    if (c.bytes == 0) return false;
    i += c.bytes;
  }
  return true;
}

std::string escape_untrusted(std::string_view text, std::size_t max_bytes) {
  std::string out;
  const ByteView bytes = bytes_of(text);
  for (std::size_t i = 0; i < bytes.size();) {
    if (out.size() >= max_bytes) return out + "…";
    const CodePoint c = read_code_point(bytes.subspan(i));
    if (c.bytes == 0) {
      out += "\\x";
      append_hex(out, bytes[i], 2);
      ++i;
      continue;
    }
    if (c.value == '\\') {
      out += "\\\\";
    } else if (is_deceptive(c.value)) {
      append_escaped(out, c.value);
    } else {
      out += text.substr(i, c.bytes);
    }
    i += c.bytes;
  }
  return out;
}

}  // namespace libtoken
