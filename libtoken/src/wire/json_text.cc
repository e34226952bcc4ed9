#include "libtoken/json_text.h"

#include "libtoken/bytes.h"
#include "libtoken/text.h"

namespace libtoken {

void append_json_string(std::string_view text, std::string& to) {
  static constexpr char kHex[] = "0123456789abcdef";
  const bool utf8 = is_utf8(bytes_of(text));
  to.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && !utf8) {
      to += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      to.push_back('\\');
      to.push_back(c);
    } else if (byte < 0x20) {
      to += "\\u00";
      to.push_back(kHex[byte >> 4]);
      to.push_back(kHex[byte & 15]);
    } else {
      to.push_back(c);
    }
  }
  to.push_back('"');
}

}  // namespace libtoken
