#pragma once

#include "libtoken/access.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// A token's key and its first caveat both name an org, and it must be the same one: a stolen key of staging then makes
/// no token for production.
[[nodiscard]] bool begins_with_its_org(const VerifiedToken& token);

/// Whether a token that was not revoked allows the access, which has its org and time.
[[nodiscard]] bool allows(const VerifiedToken& token, const Access& access);

}  // namespace libtoken::authority
