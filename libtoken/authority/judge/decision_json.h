#pragma once

#include <string>
#include <vector>

#include "authority/judge/judge.h"

namespace libtoken::authority {

/// A decision as one JSON object without a line's end: `{"allowed":true,"token":{…}}`, or
/// `{"allowed":false,"token":{…}|null,"reasons":[…]}`. The token is `{"id","org":{"id","name"},"profile","expires"}`;
/// its org is null if the decision has none, the org's name if `registry` is null or does not know it.
/// Source: tokend/README.md, `POST /v1/verify`.
[[nodiscard]] std::string decision_to_json(const Decision& decision, const Snapshot* registry);

/// Appends `[{"code":…,"message":…,"ended":…,"starts":…,"caveat":{"index","type","verdict"},"part":…}]`, all but the
/// first two only where they apply.
void append_reasons(const std::vector<Reason>& reasons, std::string& to);

/// Appends `,"ended":…` or `,"starts":…`, the time of an expired or not yet valid token; nothing for other reasons.
void append_time(const Reason& reason, std::string& to);

}  // namespace libtoken::authority
