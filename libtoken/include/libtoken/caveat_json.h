#pragma once

#include <string>
#include <string_view>

#include "libtoken/caveat.h"
#include "libtoken/caveat_set.h"
#include "libtoken/json.h"

namespace libtoken {

/// `{"type": NAME, "body": …}` (FORMAT.md §9). Mask bits without a letter are lost; the body of an unknown
/// type is shown as hex under "msgpack".
[[nodiscard]] Json caveat_to_json(const Caveat& caveat);

/// A JSON array of caveats, or one caveat, from text, strictly (FORMAT.md §9). Errors: kMalformed (not JSON, or a
/// member missing, unknown, repeated, of the wrong type, out of range), kTooLarge. The sentence names the place.
[[nodiscard]] Result<CaveatSet> parse_caveats_json(std::string_view text);

/// The same from JSON that was parsed already. It cannot see repeated members any more: parse with parse_json().
[[nodiscard]] Result<CaveatSet> caveats_from_json(const Json& caveats);

/// Parses untrusted JSON: UTF-8, at most 32 levels deep, no member repeated in its object at any depth, no null,
/// nothing after the end. Errors: kMalformed, kTruncated (it ends too early).
[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace libtoken
