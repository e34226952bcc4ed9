#include "settings/settings_file.h"

#include <algorithm>

#include "libtoken/bytes.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::fail;
using libtoken::Result;

bool is_key_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void skip_blanks(std::string_view& rest) noexcept {
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
}

/// Both kinds of string; `rest` begins with the quote. Nothing if it does not end, or holds an escape we do not read.
bool take_string(std::string_view& rest, std::string& value) {
  const char quote = rest.front();
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != quote) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
    if (quote == '"' && c == '\\') {
      if (rest.empty()) return false;
      c = rest.front();
      rest.remove_prefix(1);
      if (c == 'n')
        c = '\n';
      else if (c == 't')
        c = '\t';
      else if (c != '"' && c != '\\')
        return false;
    }
    value.push_back(c);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  return true;
}

bool take_value(std::string_view& rest, std::string& value) {
  if (rest.empty()) return false;
  if (rest.front() == '"' || rest.front() == '\'') return take_string(rest, value);
  const std::size_t end = std::min(rest.find_first_of(" \t#"), rest.size());
  value = rest.substr(0, end);
  rest.remove_prefix(end);
  if (value == "true" || value == "false") return true;
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         (value.size() == 1 || value.front() != '0');
}

}  // namespace

Result<std::map<std::string, FileSetting>> parse_settings_file(std::string_view text) {
  std::map<std::string, FileSetting> settings;
  std::size_t number = 0;
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorKind::kMalformed, "line " + std::to_string(number) + ": " + why);
  };
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!libtoken::is_utf8(libtoken::bytes_of(line))) return refuse("not UTF-8");
    skip_blanks(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') return refuse("there are no tables here, only KEY = VALUE");

    const auto key_end = std::find_if_not(line.begin(), line.end(), is_key_byte);
    const std::string key(line.begin(), key_end);
    line.remove_prefix(key.size());
    skip_blanks(line);
    if (key.empty() || line.empty() || line.front() != '=') return refuse("KEY = VALUE is wanted");
    line.remove_prefix(1);
    skip_blanks(line);

    FileSetting setting{{}, number};
    if (!take_value(line, setting.value)) {
      return refuse("the value of " + key + " must be a string in quotes, true, false or a whole number");
    }
    skip_blanks(line);
    if (!line.empty() && line.front() != '#') return refuse("there is more after the value of " + key);
    if (!settings.emplace(key, std::move(setting)).second) return refuse(key + " is there twice");
  }
  return settings;
}

std::string quote_toml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n')
      quoted += "\\n";
    else if (c == '\t')
      quoted += "\\t";
    else if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      quoted += "\\u00" + libtoken::to_hex(libtoken::bytes_of({&c, 1}));
    else
      quoted += c;
  }
  return quoted + "\"";
}

}  // namespace tokend
