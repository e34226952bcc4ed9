#pragma once

#include <string>
#include <string_view>

namespace libtoken {

/// Appends a JSON string with its quotes (RFC 8259 §7). If the text is not UTF-8, each byte of it that is not ASCII
/// becomes U+FFFD.
void append_json_string(std::string_view text, std::string& to);

}  // namespace libtoken
