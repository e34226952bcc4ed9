#pragma once

#include "libtoken/caveat.h"
#include "libtoken/macaroon.h"

namespace fuzz {

/// Writes a decoded macaroon again from its values alone and compares with the bytes it was decoded from. An empty list
/// may have been absent (c0): the values do not say. Aborts on a difference.
void must_rebuild(const libtoken::MacaroonView& macaroon);

/// The same for one caveat.
void must_rebuild(const libtoken::Caveat& caveat);

/// Aborts with the sentence unless it holds.
void must(bool holds, const char* what);

}  // namespace fuzz
