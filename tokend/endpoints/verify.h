#pragma once

#include <string>

#include "net/http.h"
#include "requests/handler_state.h"
#include "requests/route.h"

namespace tokend {

/// `POST /v1/verify`: 200 with a decision, or an error.
[[nodiscard]] Response verify(HandlerState& state, const Request& request);

/// Appends the body of verify()'s response to `to`, without the line's end. False: there was no memory, and nothing was
/// appended.
[[nodiscard]] bool append_verify_answer(HandlerState& state, const Request& request, std::string& to) noexcept;

/// Calls answer(). An exception becomes a 500, and a line in the log.
[[nodiscard]] Response answer_safely(WorkerEndpoint answer, HandlerState& state, const Request& request) noexcept;

}  // namespace tokend
