#include "api/service_errors.h"

namespace tokend {

Response store_unavailable_response() {
  return error_response(503, "store_unavailable",
                        "The token store cannot be read or written just now; the daemon's log says why.");
}

Response not_judged_by_response() {
  return error_response(503, "store_unavailable",
                        "It may have been written, but the token store could not be read again or was replaced, so that "
                        "it may not count: ask again.");
}

Response clock_response() {
  return error_response(503, "clock",
                        "The daemon's clock is behind its store's newest record, or behind what it said before, and "
                        "cannot be trusted.");
}

Response busy_response() {
  return error_response(503, "busy", "Too much is being sent at once; come again in a moment.");
}

Response internal_response() {
  return error_response(500, "internal", "The daemon failed at this; its log says more.");
}

Response not_judging_response(const JudgeView::Sight& sight) {
  if (!sight.stale) return store_unavailable_response();
  return error_response(503, "stale",
                        "The token store could not be looked at for a while, and what was revoked since is not known.");
}

}  // namespace tokend
