#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libtoken/caveat.h"
#include "libtoken/caveat_set.h"

namespace libtoken {

/// `{"type": NAME, "body": …}` (FORMAT.md §9). Mask bits without a letter are lost; a type we do not know shows its body
/// as hex under "msgpack".
[[nodiscard]] nlohmann::json caveat_to_json(const Caveat& caveat);

/// A JSON array of caveats, or one caveat, from text, strictly (FORMAT.md §9). Errors: kMalformed (not JSON, or a member
/// missing, unknown, repeated, of the wrong type, out of range), kTooLarge. The sentence names the place.
[[nodiscard]] Result<CaveatSet> parse_caveats_json(std::string_view text);

/// The same from JSON in memory, where repeated members cannot be told any more: take it through parse_json() first.
[[nodiscard]] Result<CaveatSet> caveats_from_json(const nlohmann::json& caveats);

/// JSON from a stranger: UTF-8, at most 32 levels deep, no member repeated in its object at any depth, no null, nothing
/// after the end. Errors: kMalformed, kTruncated (it ends too early).
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// Empties a tree, as deep as parse_json() makes them, from its leaves up. nlohmann's destructor asks for memory where a
/// tree holds anything, and the program ends if there is none; after this it asks for none.
void clear_json(nlohmann::json& tree) noexcept;

}  // namespace libtoken
