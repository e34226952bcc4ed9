#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http.h"
#include "api/management_request.h"

namespace tokend {

/// The body of `POST /v1/tokens`: `{"profile":…,"app":…,"org":…,"role":…,"commands":[…],"expiry":…,"name":…,"for":…}`.
/// Fills in `request`'s mint, org and app. Nothing, or a 400.
[[nodiscard]] std::optional<Response> read_mint_body(std::string_view body, std::int64_t now_unix_s,
                                                     ManagementRequest& request);

/// The body of `POST /v1/keys/rotate`: none, or `{"org":…}`.
[[nodiscard]] std::optional<Response> read_rotate_body(std::string_view body, ManagementRequest& request);

}  // namespace tokend
