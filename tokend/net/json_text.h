#pragma once

#include <string>
#include <string_view>

namespace tokend {

/// Appends a JSON string with its quotes. Bytes that are no UTF-8 come out as U+FFFD.
void append_json_string(std::string_view text, std::string& to);

}  // namespace tokend
