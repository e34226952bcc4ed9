#include "authority/store/label_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "libtoken/text.h"

namespace libtoken::authority {

void append_utf8(std::string& text, char32_t point) {
  const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | (point >> 6));
    put(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    put(0xe0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3f));
    put(0x80 | (point & 0x3f));
  } else {
    put(0xf0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3f));
    put(0x80 | ((point >> 6) & 0x3f));
    put(0x80 | (point & 0x3f));
  }
}

namespace {

// Unicode 15's White_Space. iswspace() does not count the no-break spaces, which often come with pasted text.
bool is_space(char32_t point) {
  return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 || point == 0x202f ||
         point == 0x205f || point == 0x3000;
}

std::u32string trimmed(const std::u32string& points) {
  const auto first = std::find_if_not(points.begin(), points.end(), is_space);
  const auto last = std::find_if_not(points.rbegin(), std::make_reverse_iterator(first), is_space).base();
  return {first, last};
}

std::string to_utf8(const std::u32string& points) {
  std::string text;
  for (const char32_t point : points) append_utf8(text, point);
  return text;
}

/// utf8proc_map(); nothing: the text is not UTF-8.
std::optional<std::string> mapped(const std::string& text, int options) {
  utf8proc_uint8_t* made = nullptr;
  const auto length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &made, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(made, &std::free);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(made), static_cast<std::size_t>(length));
}

/// Unicode's canonical caseless matching (chapter 3, D145), composed. Of a text that is not UTF-8 only ASCII is folded.
std::string folded(std::string text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    const auto decomposed = mapped(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    auto all = decomposed ? mapped(*decomposed, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD) : std::nullopt;
    if (all) return std::move(*all);
  }
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t point = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
      point = (point << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
    }
    points.push_back(point);
    at += length;
  }
  return points;
}

bool holds_token(std::string_view text) noexcept {
  for (const std::string_view mark : {"fm2_", "fm1r_", "fm1a_"}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

std::string trimmed_label(std::string_view label) { return to_utf8(trimmed(code_points(label))); }

std::string label_key(std::string_view label) {
  std::u32string points = code_points(label);
  std::erase_if(points, is_unseen);
  return folded(to_utf8(trimmed(points)));
}

bool is_invisible_label(std::string_view label) { return !label.empty() && label_key(label).empty(); }

}  // namespace libtoken::authority
