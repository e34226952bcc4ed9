#include "libtoken/json_text.h"

#include "libtoken/bytes.h"
#include "libtoken/text.h"

namespace libtoken {

void append_json_string(std::string_view text, std::string& to) {
  static constexpr char kHex[] = "0123456789abcdef";
  const bool utf8 = is_utf8(bytes_of(text));
  to.push_back('"');
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool is_stray = byte >= 0x80 && !utf8;
    if (byte >= 0x20 && c != '"' && c != '\\' && !is_stray) continue;
    to.append(text.substr(copied, i - copied));
    copied = i + 1;
    if (is_stray) {
      to += "\xef\xbf\xbd";
    } else if (byte < 0x20) {
      to += "\\u00";
      to.push_back(kHex[byte >> 4]);
      to.push_back(kHex[byte & 15]);
    } else {
      to.push_back('\\');
      to.push_back(c);
    }
  }
  to.append(text.substr(copied));
  to.push_back('"');
}

}  // namespace libtoken
