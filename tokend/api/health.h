#pragma once

#include "api/handler_state.h"
#include "net/http.h"

namespace tokend {

/// `GET /livez`: 200.
[[nodiscard]] Response live(HandlerState& state, const Request& request);
/// `GET /readyz`: 200 if a question would be decided, else 503 with the reason.
[[nodiscard]] Response ready(HandlerState& state, const Request& request);
/// The same, for requests that need a judge: nothing if there is one that may be used, else the 503.
[[nodiscard]] std::optional<Response> why_not_ready(HandlerState& state);

}  // namespace tokend
