#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libtoken/access.h"
#include "libtoken/caveat.h"
#include "libtoken/explain.h"

namespace libtoken {

/// "a", "a and b", "a, b and c".
[[nodiscard]] std::string join_words(const std::vector<std::string>& words, const char* last = " and ");

/// "everything", "nothing", "reading", "reading and writing": what a mask allows.
[[nodiscard]] std::string gerunds(ActionMask mask);

/// "do anything with", "do nothing with", "read", "read and write": a verb that takes an object.
[[nodiscard]] std::string verbs(ActionMask mask);

/// "organization 7", or with a name at hand "organization arcadia-prod (7)". Likewise apps.
[[nodiscard]] std::string org_words(std::uint64_t id, const NameSource* names);
[[nodiscard]] std::string app_words(std::uint64_t id, const NameSource* names);

/// Text out of a token in double quotes, escaped and cut short; without quotes if it is a plain word.
[[nodiscard]] std::string quoted(std::string_view text);

/// "2026-11-23 21:30:00 UTC".
[[nodiscard]] std::string utc(std::int64_t unix_s);

}  // namespace libtoken
