#include "api/api_handler.h"

#include <algorithm>

#include "api/management_job.h"
#include "endpoints/health.h"
#include "endpoints/verify.h"
#include "requests/caller.h"
#include "requests/questions.h"
#include "requests/refusals.h"

namespace tokend {

RequestHandler::Answer ApiHandler::answer(const Request& request) {
  auto match = find_route(request.method, request.target);
  if (!match) return std::move(match.error());
  switch (match->route->answered_by) {
    case AnsweredBy::kWorker: return answer_safely(match->route->answer, state_, request);
    case AnsweredBy::kBatchPool: return start_batch(request);
    case AnsweredBy::kStoreQueue: return start_management(*match, request);
  }
  return internal_response();
}

RequestHandler::Answer ApiHandler::start_batch(const Request& request) {
  if (auto not_ready = why_not_ready(state_)) return std::move(*not_ready);
  auto job = BatchJob::parse(request, batch_pool_, state_.services.limits);
  if (!job) return std::move(job.error());
  return std::move(*job);
}

RequestHandler::Answer ApiHandler::start_management(const RouteMatch& match, const Request& request) {
  if (auto not_ready = why_not_ready(state_)) return std::move(*not_ready);
  const ApiServices& services = state_.services;
  const auto reading = state_.judges.read();
  if (reading.judge == nullptr) return not_judging_response(reading);
  if (!request.authorization || request.authorization->empty()) return missing_token_response();
  const auto judging_at = reading.judge->judging_time(services.clock());
  if (!judging_at) return clock_response();
  // Nothing else is read for a caller without a token of this service.
  auto tokens = find_caller_tokens(*reading.judge, *request.authorization, good_enough_for(match.route->access),
                                   *judging_at, state_.scratch);
  if (!tokens) {
    services.unverified.warn("a request about tokens was refused: the caller's own token is not good",
                             to_string(tokens.error().code));
    return invalid_token_response(tokens.error());
  }
  auto asked = ManagementRequest::parse(match, request.body, services.clock());
  if (!asked) return std::move(asked.error());
  const auto org = find_org(reading.judge->snapshot(), *tokens, asked->org);
  Caller caller{org.value_or(tokens->front().org), tokens->front().id, services.limits.share_of(request.peer)};
  // The request takes the share of the first token of its org.
  const auto first =
      std::find_if(tokens->begin(), tokens->end(), [&](const CallerToken& token) { return token.org == caller.org; });
  if (first != tokens->end()) caller.token = first->id;
  const Lane lane = lane_of(*match.route, *request.authorization, *reading.judge, caller);
  return std::make_shared<ManagementJob>(services.store_queue, std::move(*asked), *request.authorization, request.peer,
                                         lane, caller);
}

Lane ApiHandler::lane_of(const Route& route, std::string_view authorization, const libtoken::authority::Judge& judge,
                         Caller& caller) {
  if (route.lane != Lane::kRevoke) return route.lane;
  // Who may revoke every token of an org does not wait behind those who may not. This decides the lane alone: whether
  // the request is allowed is decided when it is done.
  const auto decision =
      judge.decide(about_org(authorization, caller.org, libtoken::kDelete), state_.services.clock(), state_.scratch);
  if (!decision || !decision->allowed) return Lane::kNarrowRevoke;
  caller.token = *decision->token;
  return Lane::kRevoke;
}

}  // namespace tokend
