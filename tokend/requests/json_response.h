#pragma once

#include "libtoken/json.h"
#include "net/http.h"

namespace tokend {

/// An answer with this body, as one line. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] Response json_response(int status, const libtoken::OrderedJson& body);

}  // namespace tokend
