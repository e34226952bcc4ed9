#include "output/layout.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "libtoken/text.h"

namespace tokenctl {
namespace {

bool wants_bold() {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) == 1;
}

/// How many bytes the first character of a text takes up, in UTF-8.
std::size_t first_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80) ++size;
  return size;
}

/// How many bytes of a text, in whole characters, fit into so many columns.
std::size_t bytes_in_columns(std::string_view text, std::size_t room) {
  std::size_t taken = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = first_character(text.substr(at));
    taken += libtoken::terminal_columns(text.substr(at, size));
    if (taken > room) return at;
    at += size;
  }
  return text.size();
}

}  // namespace

std::string heading(std::string_view text) {
  static const bool bold = wants_bold();
  return bold ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::optional<std::size_t> terminal_columns_of_stdout() {
  constexpr std::size_t kUsual = 80;
  constexpr unsigned kMost = 100'000;
  if (::isatty(STDOUT_FILENO) != 1) return std::nullopt;
  if (const char* set = std::getenv("COLUMNS")) {
    unsigned count = 0;
    const char* end = set + std::strlen(set);
    const auto read = std::from_chars(set, end, count);
    if (read.ec == std::errc{} && read.ptr == end && count > 0 && count <= kMost) return count;
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsual;
}

TextWidth text_width(bool wide) {
  TextWidth width;
  if (wide) return width;
  width.limit = terminal_columns_of_stdout();
  if (width.limit) width.columns = std::min(width.columns, *width.limit);
  return width;
}

bool is_narrow(const TextWidth& width, std::size_t column) noexcept {
  constexpr std::size_t kEnough = 40;
  return width.columns < column + kEnough;
}

std::string wrap(std::string_view text, const TextWidth& width, std::size_t indent, std::size_t column) {
  std::string out;
  bool line_is_empty = true;
  const auto new_line = [&] {
    out += '\n' + std::string(indent, ' ');
    column = indent;
    line_is_empty = true;
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line_is_empty && column + 1 + columns(word) > width.columns) new_line();
    if (!line_is_empty) {
      out += ' ';
      ++column;
    }
    while (width.limit && column + columns(word) > *width.limit) {
      // At least one character a line, so that this ends on the narrowest of terminals.
      const std::size_t room = *width.limit > column ? *width.limit - column : 0;
      const std::string_view part = word.substr(0, std::max(first_character(word), bytes_in_columns(word, room)));
      if (part.size() == word.size()) break;
      out += part;
      word.remove_prefix(part.size());
      new_line();
    }
    out += word;
    column += columns(word);
    line_is_empty = false;
  }
  return out;
}

std::string field(std::string_view label, std::string_view text, const TextWidth& width) {
  constexpr std::size_t kLabelWidth = 11;
  constexpr std::size_t kUnderLabel = 2;
  if (!is_narrow(width, kLabelWidth))
    return padded(label, kLabelWidth) + wrap(text, width, kLabelWidth, kLabelWidth) + "\n";
  return std::string(label) + "\n  " + wrap(text, width, kUnderLabel, kUnderLabel) + "\n";
}

std::size_t columns(std::string_view text) { return libtoken::terminal_columns(text); }

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(text) + std::string(taken < width ? width - taken : 0, ' ');
}

std::string grouped(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ' ');
  return digits;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace tokenctl
