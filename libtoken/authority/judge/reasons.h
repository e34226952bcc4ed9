#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "authority/judge/judge.h"
#include "libtoken/access.h"
#include "libtoken/caveat.h"
#include "libtoken/clearing.h"
#include "libtoken/verifier.h"

// Refusals in words. Everything out of a token is escaped, and nothing here looks into the registry.
namespace libtoken::authority {

/// Why a part of a header, or all of it, did not verify. What could tell an outsider whether we know a key goes into
/// the note for the log.
[[nodiscard]] Reason reason_of(const Refusal& refusal);

/// A reason about the whole question.
[[nodiscard]] Reason reason_about_all(ReasonCode code, std::string message);

/// A reason about one verified token.
[[nodiscard]] Reason reason_about(const VerifiedToken& token, ReasonCode code, std::string message);

/// Why a caveat did not clear; `index` is its place among VerifiedToken::caveats(). The reason names its place in
/// the macaroon that it stands in, from 0, and which part that is; the sentence counts from 1.
[[nodiscard]] Reason caveat_reason(const VerifiedToken& token, std::size_t index, Verdict verdict,
                                   const Access& access);

}  // namespace libtoken::authority
