#include "endpoints/verify.h"

#include <algorithm>
#include <exception>

#include "authority/judge/decision_json.h"
#include "authority/judge/question_json.h"
#include "libtoken/text.h"
#include "requests/denial_log.h"
#include "requests/refusals.h"

namespace tokend {
namespace {

bool holds_control_bytes(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

Response verify(HandlerState& state, const Request& request) {
  // An entry of a batch may be longer than a request of its own.
  if (request.body.size() > kMaxBodyBytes) return body_too_large_response(kMaxBodyBytes);
  if (request.authorization && holds_control_bytes(*request.authorization)) {
    return error_response(400, "bad_request", "The Authorization header holds a control byte.");
  }
  const auto question = libtoken::authority::ParsedQuestion::parse(request.body);
  if (!question) return error_response(400, question.error().code, question.error().message);
  if (question->authorization() && request.authorization) {
    return error_response(400, "two_tokens",
                          "There is a token in the body and one in the Authorization header; leave one out.");
  }
  const std::string_view authorization =
      question->authorization() ? std::string_view(*question->authorization()) : request.authorization.value_or("");
  if (authorization.empty()) {
    return error_response(400, "missing_token",
                          "There is no token, neither in the body's authorization nor in the header.");
  }

  const auto reading = state.judges.read();
  if (reading.judge == nullptr) return not_judging_response(reading);
  const ApiServices& services = state.services;
  const auto decision = reading.judge->decide(question->question(authorization), services.clock(), state.scratch);
  RateLimitedLog& log = services.denials;
  if (!decision) {
    if (log.has_room(spdlog::level::err)) {
      log.log().error("no decision: {}", libtoken::escape_untrusted(decision.error().message));
    }
    return decision.error().kind == libtoken::ErrorKind::kClock ? clock_response() : internal_response();
  }
  if (decision->allowed) {
    state.note_use(*decision->token);
  } else if (log.has_room(spdlog::level::info)) {
    log_denial(log.log(), *decision, request.peer);
  }
  return {200, decision_to_json(*decision, &reading.judge->snapshot()) + "\n", {}};
}

Response answer_safely(WorkerEndpoint answer, HandlerState& state, const Request& request) noexcept {
  try {
    try {
      return answer(state, request);
    } catch (const std::exception& error) {
      RateLimitedLog& log = state.services.denials;
      if (log.has_room(spdlog::level::err)) {
        log.log().error("internal error: {}", libtoken::escape_untrusted(error.what(), 400));
      }
    }
    return internal_response();
  } catch (...) {
    return {500, {}, {}};  // not even memory for a sentence
  }
}

bool append_verify_answer(HandlerState& state, const Request& request, std::string& to) noexcept {
  try {
    const Response response = answer_safely(verify, state, request);
    if (response.body.empty()) return false;
    to.append(response.body, 0, response.body.size() - 1);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace tokend
