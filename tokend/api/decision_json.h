#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "authority/judge/judge.h"

namespace tokend {

/// The body of a 200 answer: `{"allowed":true,"token":{…}}` or `{"allowed":false,"token":{…}|null,"reasons":[…]}`. Org
/// names are looked up in the snapshot that the decision came from.
[[nodiscard]] std::string decision_to_json(const libtoken::authority::Decision& decision,
                                           const libtoken::authority::Snapshot& snapshot);

/// `[{"code":…,"message":…,"caveat":…,"part":…}]`
void append_reasons(const std::vector<libtoken::authority::Reason>& reasons, std::string& to);

/// RFC 3339 in UTC, whole seconds; times that it cannot write are shown as its first or last.
[[nodiscard]] std::string to_rfc3339(std::int64_t unix_s);

}  // namespace tokend
