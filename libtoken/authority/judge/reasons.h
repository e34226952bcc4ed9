#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "authority/judge/caveat_words.h"
#include "authority/judge/judge.h"
#include "libtoken/access.h"
#include "libtoken/caveat.h"
#include "libtoken/clearing.h"
#include "libtoken/verifier.h"

// Reasons for people to read. Whatever comes out of a token is escaped, and nothing is looked up in the registry but
// the names that AskedAccess gives.
namespace libtoken::authority {

/// Why a part of `header`, or all of it, did not verify; of a header that is no list of tokens, what it is instead
/// (libtoken/pasted.h). Without a look at the keys that were retired: see RefusalReasons.
[[nodiscard]] Reason reason_of(const Refusal& refusal, std::string_view header);

/// A reason that is about the whole header or access.
[[nodiscard]] Reason reason_about_all(ReasonCode code, std::string message);

/// A reason that is about one verified token.
[[nodiscard]] Reason reason_about(const VerifiedToken& token, ReasonCode code, std::string message);

/// Why a caveat did not clear. `index`: its place in VerifiedToken::caveats(). The reason gives its place in the token
/// or discharge that it stands in, and which part of the header that is.
[[nodiscard]] Reason caveat_reason(const VerifiedToken& token, std::size_t index, Verdict verdict,
                                   const AskedAccess& asked);

/// That the time alone refuses a token. `fault`: of VerifiedToken::caveats(). Places as in caveat_reason().
[[nodiscard]] Reason time_reason(const VerifiedToken& token, const TimeFault& fault);

}  // namespace libtoken::authority
