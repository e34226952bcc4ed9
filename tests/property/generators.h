#pragma once

#include "libtoken/access.h"
#include "plain_caveat.h"

namespace property_test {

inline constexpr std::int64_t kNow = 1'790'000'000;

// Only inside of a property. Names, ids and times come from domains so small that caveats and accesses meet, and
// accesses are made for the caveats at hand: about as often just within what they allow as just beyond.

/// A caveat of one type: any of FORMAT.md §7, or kUnknownType. IfPresent holds what may be added to a token.
PlainCaveat any_caveat_of(libtoken::CaveatType type);

/// The same, but an IfPresent holds caveats of every type that a decoder accepts there.
PlainCaveat any_decodable_caveat_of(libtoken::CaveatType type);

/// A caveat that may be added to a permission token and that verifying leaves for clearing. Seldom one that never
/// clears.
PlainCaveat any_caveat();

/// 1 to 4 of them.
PlainCaveats any_caveats();

/// An access that these caveats are about, seldom an invalid one. Its texts outlive it.
libtoken::Access any_access(const PlainCaveats& caveats);

}  // namespace property_test
