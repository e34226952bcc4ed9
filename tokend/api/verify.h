#pragma once

#include <string>

#include "api/handler_state.h"
#include "net/http.h"

namespace tokend {

/// `POST /v1/verify`: 200 with a decision, or an error.
[[nodiscard]] Response verify(HandlerState& state, const Request& request);

/// Appends to `to` what verify() answers, without the line's end. False: there was no memory, and nothing was appended.
[[nodiscard]] bool append_verify_answer(HandlerState& state, const Request& request, std::string& to) noexcept;

/// Calls answer() of one thread's state; an exception becomes a 500, and a line in the log. Never throws.
using WorkerEndpoint = Response (*)(HandlerState& state, const Request& request);
[[nodiscard]] Response answer_safely(WorkerEndpoint answer, HandlerState& state, const Request& request) noexcept;

}  // namespace tokend
