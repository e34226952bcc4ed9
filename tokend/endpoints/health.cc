#include "endpoints/health.h"

#include "requests/refusals.h"

namespace tokend {

Response live(HandlerState& /*state*/, const Request& /*request*/) { return {200, "{\"status\":\"ok\"}\n", {}}; }

Response ready(HandlerState& state, const Request& /*request*/) {
  if (auto not_ready = why_not_ready(state)) return std::move(*not_ready);
  return {200, "{\"status\":\"ready\"}\n", {}};
}

std::optional<Response> why_not_ready(HandlerState& state) {
  const auto reading = state.judges.read();
  if (reading.judge == nullptr) return not_judging_response(reading);
  if (!reading.judge->judging_time(state.services.clock())) return clock_response();
  return std::nullopt;
}

}  // namespace tokend
