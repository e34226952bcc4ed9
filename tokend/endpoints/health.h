#pragma once

#include <optional>

#include "net/http.h"
#include "requests/handler_state.h"

namespace tokend {

/// `GET /livez`: 200.
[[nodiscard]] Response live(HandlerState& state, const Request& request);
/// `GET /readyz`: 200 if a question would be decided, else 503 with the reason.
[[nodiscard]] Response ready(HandlerState& state, const Request& request);
/// Nothing if a question would be decided, else the 503.
[[nodiscard]] std::optional<Response> why_not_ready(HandlerState& state);

}  // namespace tokend
