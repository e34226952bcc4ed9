#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libtoken/access.h"
#include "libtoken/caveat_set.h"

namespace property_test {

inline constexpr std::int64_t kNow = 1'790'000'000;

// Everything comes from domains so small that caveats and accesses meet.

/// One caveat for a permission token: any that restricts, IfPresent with resource sets inside among them.
libtoken::CaveatSet any_caveat();

/// 1 to 4 of them.
libtoken::CaveatSet any_caveats();

/// An access, valid or not.
libtoken::Access any_access();

}  // namespace property_test
