#include "api/handlers.h"

#include <algorithm>
#include <exception>

#include "api/denial_log.h"
#include "authority/judge/decision_json.h"
#include "authority/judge/question_json.h"
#include "libtoken/text.h"
#include "api/service_errors.h"

namespace tokend {
namespace {

using libtoken::ErrorKind;

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

RequestHandlers::RequestHandlers(const JudgeSlot& judges, Clock clock, const Limits& limits, StoreQueue& store_queue,
                                 QuietLog& strangers, std::shared_ptr<BoundedLog> log)
    : judge_(judges),
      clock_(std::move(clock)),
      limits_(limits),
      store_queue_(store_queue),
      strangers_(strangers),
      log_(std::move(log)) {}

Response RequestHandlers::handle(const Request& request) noexcept {
  try {
    try {
      return route(request);
    } catch (const std::exception& error) {
      if (log_->has_room(spdlog::level::err)) {
        log_->log().error("internal error: {}", libtoken::escape_untrusted(error.what(), 400));
      }
    }
    return internal_response();
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
  return error_response(404, "not_found",
                        "There is nothing here; see POST /v1/verify, POST /v1/verify/batch, GET /v1/whoami, GET /livez "
                        "and GET /readyz.");
}

Response RequestHandlers::ready() {
  const auto sight = judge_.look();
  if (sight.judge == nullptr) return not_judging_response(sight);
  if (!sight.judge->judging_time(clock_())) return clock_response();
  return {200, "{\"status\":\"ready\"}\n", nullptr};
}

Response RequestHandlers::decide(const Request& request) {
  if (request.body.size() > kMaxBodyBytes) {
    return error_response(413, "too_large", "A request's body may have 65536 bytes.");
  }
  if (request.authorization && holds_control_bytes(*request.authorization)) {
    return error_response(400, "bad_request", "The Authorization header holds a control byte.");
  }
  const auto question = libtoken::authority::ParsedQuestion::parse(request.body);
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

  const auto sight = judge_.look();
  if (sight.judge == nullptr) return not_judging_response(sight);
  const auto decision = sight.judge->decide(question->question(authorization), clock_(), scratch_);
  if (!decision) {
    if (log_->has_room(spdlog::level::err)) {
      log_->log().error("no decision: {}", libtoken::escape_untrusted(decision.error().message));
    }
    return decision.error().kind == ErrorKind::kClock ? clock_response() : internal_response();
  }
  if (decision->allowed) {
    note_use(*decision->token);
  } else if (log_->has_room(spdlog::level::info)) {
    log_denial(log_->log(), *decision, request.peer);
  }
  return {200, decision_to_json(*decision, &sight.judge->snapshot()) + "\n", nullptr};
}

tl::expected<std::shared_ptr<ManagementJob>, Response> RequestHandlers::open_job(const Request& request) {
  const auto route = find_route(request.method, request.target);
  if (!route) return tl::unexpected(route.error());
  if (Response not_now = ready(); not_now.status != 200) return tl::unexpected(std::move(not_now));
  const auto sight = judge_.look();
  if (sight.judge == nullptr) return tl::unexpected(not_judging_response(sight));
  if (!request.authorization || request.authorization->empty()) {
    return tl::unexpected(unauthorized_response("missing_token", "There is no token in the Authorization header."));
  }
  // Who has no token of ours is not listened to any further.
  const auto bearers = find_bearers(*sight.judge, *request.authorization, scratch_);
  if (!bearers) {
    strangers_.warn("requests about the registry were refused: their tokens did not verify");
    return tl::unexpected(bearers.error());
  }
  auto asked = ManagementRequest::parse(*route, request.body, clock_());
  if (!asked) return tl::unexpected(std::move(asked.error()));
  const auto org = find_org(sight.judge->snapshot(), *bearers, asked->org);
  Caller caller{org.value_or(bearers->front().org), bearers->front().id, limits_.share_of(request.peer)};
  // What is asked for is done by a token of its org, whichever stands first.
  const auto first =
      std::find_if(bearers->begin(), bearers->end(), [&](const Bearer& bearer) { return bearer.org == caller.org; });
  if (first != bearers->end()) caller.token = first->id;
  const Lane lane = lane_of(*asked, request, *sight.judge, caller);
  return std::make_shared<ManagementJob>(std::move(*asked), *request.authorization, request.peer, lane, caller);
}

Lane RequestHandlers::lane_of(const ManagementRequest& asked, const Request& request,
                              const libtoken::authority::Judge& judge, Caller& caller) {
  switch (asked.operation) {
    case Operation::kWhoami:
    case Operation::kListTokens:
    case Operation::kShowToken:
    case Operation::kListOrgs:
    case Operation::kListApps:
    case Operation::kListKeys:
    case Operation::kReadAudit:
      return Lane::kRead;
    case Operation::kMint:
    case Operation::kRotateKey:
      return Lane::kWrite;
    case Operation::kRevokeToken:
    case Operation::kRevokeHeld:
      break;
  }
  // Whoever may revoke all of an org's waits for nobody who may not. That is decided again when it is done.
  const auto decision = judge.decide(about_org({*request.authorization, caller.org, libtoken::kDelete}), clock_(), scratch_);
  if (!decision || !decision->allowed) return Lane::kNarrowRevoke;
  caller.token = *decision->token;
  return Lane::kRevoke;
}

void RequestHandlers::note_use(const libtoken::TokenId& id) {
  if (uses_.note(id)) return;
  hand_in_uses();
  (void)uses_.note(id);
}

void RequestHandlers::hand_in_uses() {
  if (!uses_.empty()) store_queue_.note_uses(uses_.take());
}

}  // namespace tokend
