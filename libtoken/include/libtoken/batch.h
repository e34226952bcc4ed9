#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "libtoken/access.h"
#include "libtoken/verifier.h"

namespace libtoken {

/// A header, and the access that it is asked to allow. Both are borrowed.
struct HeaderQuestion {
  std::string_view header;
  Access access;
};

enum class HeaderAnswer : std::uint8_t {
  kAllowed,        ///< one of its permission tokens verifies and all its caveats clear
  kRefused,        ///< one verifies, and none allows it
  kNotVerified,    ///< none verifies
  kInvalidAccess,  ///< FORMAT.md §6
};

/// Answers each question in its place: `answers` is as long as `questions`. One bad header spoils only its own answer.
/// To use several threads, give each a part of both spans and a scratch of its own.
void verify_all(const Verifier& verifier, std::span<const HeaderQuestion> questions, std::span<HeaderAnswer> answers,
                VerifierScratch& scratch);

}  // namespace libtoken
