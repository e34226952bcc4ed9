#include "api/management_handler.h"

#include <algorithm>
#include <utility>

#include "api/management_job.h"
#include "requests/denial_log.h"
#include "requests/refusals.h"

namespace tokend {

StoreOutcome ManagementHandler::run(const StoreJob& job, libtoken::authority::Store* store) {
  if (store == nullptr) return {store_unavailable_response(), false, {}};
  const auto& management = static_cast<const ManagementJob&>(job);
  return outcome_of(management.request, management.authorization, management.peer, *store);
}

Response ManagementHandler::answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                                   libtoken::authority::Store& store) {
  StoreOutcome outcome = outcome_of(request, authorization, peer, store);
  const bool published = !outcome.publish || state_.services.publish();
  return answer_to(std::move(outcome), published);
}

StoreOutcome ManagementHandler::outcome_of(const ManagementRequest& request, std::string_view authorization,
                                           const Peer& peer, libtoken::authority::Store& store) {
  // The judge is read again: the token may have been revoked since the worker read it.
  const auto reading = state_.judges.read();
  if (reading.judge == nullptr) return {not_judging_response(reading), false, {}};
  ManagementCall call(state_, request, authorization, peer, store, *reading.judge);
  StoreOutcome outcome = call.answer();
  // Only now, because what is not allowed for the org may have been allowed for the app.
  if ((outcome.response.status == 403 || outcome.response.status == 401) && call.denial())
    log_denial(*state_.log, *call.denial(), peer);
  return outcome;
}

Response ManagementHandler::answer_to(StoreOutcome&& outcome, bool published) {
  if (outcome.must_count.empty()) return std::move(outcome.response);
  if (!published) return not_judged_by_response();
  // The store may have been replaced since it was written to.
  const auto reading = state_.judges.read();
  const bool all_count =
      reading.judge != nullptr && std::all_of(outcome.must_count.begin(), outcome.must_count.end(),
                                              [&](const auto& id) { return reading.judge->snapshot().is_revoked(id); });
  return all_count ? std::move(outcome.response) : not_judged_by_response();
}

Response ManagementHandler::not_written() { return store_unavailable_response(); }

}  // namespace tokend
