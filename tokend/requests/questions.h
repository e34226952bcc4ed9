#pragma once

#include <cstdint>
#include <string_view>

#include "authority/judge/judge.h"

namespace tokend {

// What a caller must be allowed, as questions for the judge. `authorization` is borrowed.

/// `{org, feature: "tokens", action}`
[[nodiscard]] libtoken::authority::Question about_org(std::string_view authorization, std::uint64_t org,
                                                      libtoken::ActionMask action);
/// `{org, app, app_feature: "tokens", action}`
[[nodiscard]] libtoken::authority::Question about_app(std::string_view authorization, std::uint64_t org,
                                                      std::uint64_t app, libtoken::ActionMask action);

}  // namespace tokend
