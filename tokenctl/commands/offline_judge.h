#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authority/judge/judge.h"
#include "libtoken/access.h"
#include "libtoken/bundle.h"

namespace tokenctl {

/// What the tokens of a bundle say of an access, and what only their service could say.
struct OfflineDecision {
  libtoken::authority::Decision decision;
  std::vector<std::string> not_known;  ///< sentences without a full stop
};

/// Judges as a service does, but for signatures, revocations and retired keys: a token begins with its org, a discharge
/// is bound to its token, and the first discharge that may count is the one that counts. `names` may be null.
[[nodiscard]] OfflineDecision judge_offline(const libtoken::Bundle& bundle, const libtoken::Access& access,
                                            const libtoken::authority::Snapshot* names);

/// A reason with this message, which is made a sentence.
[[nodiscard]] libtoken::authority::Reason make_reason(libtoken::authority::ReasonCode code, std::string message,
                                                      std::optional<std::size_t> part = std::nullopt);
/// The code for what cannot be decoded.
[[nodiscard]] libtoken::authority::ReasonCode unreadable_code(libtoken::ErrorKind kind);

}  // namespace tokenctl
