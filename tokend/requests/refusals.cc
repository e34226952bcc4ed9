#include "requests/refusals.h"

#include "authority/judge/decision_json.h"
#include "libtoken/json_text.h"

namespace tokend {

Response store_unavailable_response() {
  return error_response(503, "store_unavailable",
                        "The token store cannot be read or written just now; the daemon's log says why.");
}

Response store_full_response() {
  return error_response(
      507, "store_full",
      "The disk of the token store is full, so that nothing was written; tokens are still judged, and "
      "can be revoked.");
}

Response not_judged_by_response() {
  return error_response(503, "store_unavailable",
                        "It may have been written, but the token store could not be read again or was replaced, so "
                        "that it may not count: ask again.");
}

Response clock_response() {
  return error_response(503, "clock",
                        "The daemon's clock is behind its store's newest record, or behind what it said before, and "
                        "cannot be trusted.");
}

Response not_judging_response(const JudgeReader::Reading& reading) {
  if (!reading.stale) return store_unavailable_response();
  return error_response(503, "stale",
                        "The token store could not be read for a while, and what was revoked since is not known.");
}

Response unauthorized_response(std::string_view code, std::string_view message) {
  return error_response(401, code, message);
}

Response denial_response(const libtoken::authority::Decision& decision) {
  Response response;
  response.status = 403;
  response.body = "{\"error\":{\"code\":\"not_allowed\",\"message\":";
  libtoken::append_json_string(decision.reasons.front().message, response.body);
  response.body += ",\"reasons\":";
  libtoken::authority::append_reasons(decision.reasons, response.body);
  response.body += "}}\n";
  return response;
}

Response unknown_response() { return error_response(404, "unknown", "There is no such thing in the token's org."); }

}  // namespace tokend
