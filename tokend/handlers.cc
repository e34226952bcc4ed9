#include "handlers.h"

#include <algorithm>
#include <exception>

#include "decision_json.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;
using libtoken::authority::Decision;
using libtoken::authority::Reason;

constexpr const char* kStoreSentence = "The token store cannot be read just now; the daemon's log says why.";
constexpr const char* kClockSentence = "The daemon's clock is behind its store's newest record and cannot be trusted.";

Response method_not_allowed(const char* allow) {
  Response response = error_response(405, "method_not_allowed", std::string("Only ") + allow + " is answered here.");
  response.allow = allow;
  return response;
}

bool holds_control_bytes(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

RequestHandlers::RequestHandlers(const JudgeSlot& judges, Clock clock, std::shared_ptr<BoundedLog> log)
    : judge_(judges), clock_(std::move(clock)), log_(std::move(log)) {}

Response RequestHandlers::handle(const Request& request) noexcept {
  try {
    try {
      return route(request);
    } catch (const std::exception& error) {
      if (log_->has_room(spdlog::level::err)) {
        log_->log().error("internal error: {}", libtoken::escape_untrusted(error.what(), 400));
      }
    }
    return error_response(500, "internal", "The daemon failed at this; its log says more.");
  } catch (...) {
    return {500, {}, nullptr};  // not even memory for a sentence
  }
}

bool RequestHandlers::answer_question(const Request& request, std::string& to) noexcept {
  try {
    Response response = handle(request);
    if (response.body.empty()) return false;
    response.body.pop_back();  // the line's end
    to += response.body;
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

Response RequestHandlers::route(const Request& request) {
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (request.target == kVerifyTarget) return request.method == "POST" ? decide(request) : method_not_allowed("POST");
  if (request.target == kBatchTarget) return method_not_allowed("POST");  // a POST is a job, not a request
  if (request.target == kLiveTarget) {
    return get ? Response{200, "{\"status\":\"ok\"}\n", nullptr} : method_not_allowed("GET, HEAD");
  }
  if (request.target == kReadyTarget) return get ? ready() : method_not_allowed("GET, HEAD");
  return error_response(
      404, "not_found", "There is nothing here; see POST /v1/verify, POST /v1/verify/batch, GET /livez and GET /readyz.");
}

Response RequestHandlers::ready() {
  const auto* judge = judge_.current();
  if (judge == nullptr) return error_response(503, "store_unavailable", kStoreSentence);
  const auto tolerance = std::chrono::duration_cast<std::chrono::seconds>(libtoken::authority::kClockTolerance).count();
  if (clock_() < judge->snapshot().newest_record_unix_s() - tolerance) {
    return error_response(503, "clock", kClockSentence);
  }
  return {200, "{\"status\":\"ready\"}\n", nullptr};
}

Response RequestHandlers::decide(const Request& request) {
  if (request.body.size() > kMaxBodyBytes) {
    return error_response(413, "too_large", "A request's body may have 65536 bytes.");
  }
  if (request.authorization && holds_control_bytes(*request.authorization)) {
    return error_response(400, "bad_request", "The Authorization header holds a control byte.");
  }
  const auto question = VerifyRequest::parse(request.body);
  if (!question) return error_response(400, question.error().code, question.error().message);
  if (question->authorization() && request.authorization) {
    return error_response(400, "two_tokens",
                          "The token stands in the body and in the Authorization header; one must go.");
  }
  const std::string_view authorization =
      question->authorization() ? std::string_view(*question->authorization()) : request.authorization.value_or("");
  if (authorization.empty()) {
    return error_response(400, "missing_token",
                          "There is no token, neither in the body's authorization nor in the header.");
  }

  const auto* judge = judge_.current();
  if (judge == nullptr) return error_response(503, "store_unavailable", kStoreSentence);
  const auto decision = judge->decide(question->question(authorization), clock_(), scratch_);
  if (!decision) {
    if (log_->has_room(spdlog::level::err)) {
      log_->log().error("no decision: {}", libtoken::escape_untrusted(decision.error().message));
    }
    if (decision.error().kind == ErrorKind::kClock) return error_response(503, "clock", kClockSentence);
    return error_response(500, "internal", "The daemon failed at this; its log says more.");
  }
  if (!decision->allowed && log_->has_room(spdlog::level::info)) log_denial(*decision, request.peer);
  return {200, decision_to_json(*decision, judge->snapshot()), nullptr};
}

void RequestHandlers::log_denial(const Decision& decision, const Peer& peer) const {
  constexpr std::size_t kMost = 8;  // a header of 64 bad parts has 64 reasons
  std::string codes;
  std::string notes;
  for (std::size_t i = 0; i < std::min(decision.reasons.size(), kMost); ++i) {
    const Reason& reason = decision.reasons[i];
    codes += (i == 0 ? "" : ",") + std::string(to_string(reason.code));
    if (!reason.log_note.empty()) notes += (notes.empty() ? "" : "; ") + reason.log_note;
  }
  if (decision.reasons.size() > kMost) codes += ",…";
  std::string line = "denied token=" + (decision.token ? to_string(*decision.token) : std::string("-")) +
                     " peer=" + peer.to_string() + " codes=" + codes;
  if (!notes.empty()) line += " note=\"" + libtoken::escape_untrusted(notes, 400) + "\"";
  log_->log().info("{}", line);
}

}  // namespace tokend
