#include "api/management_handler.h"

#include "api/management_job.h"
#include "requests/denial_log.h"
#include "requests/refusals.h"

namespace tokend {

Response ManagementHandler::run(const StoreJob& job, libtoken::authority::Store* store) {
  if (store == nullptr) return store_unavailable_response();
  const auto& management = static_cast<const ManagementJob&>(job);
  return answer(management.request, management.authorization, management.peer, *store);
}

Response ManagementHandler::answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                                   libtoken::authority::Store& store) {
  // The judge is read again: the token may have been revoked since the worker read it.
  const auto reading = state_.judges.read();
  if (reading.judge == nullptr) return not_judging_response(reading);
  ManagementCall call(state_, request, authorization, peer, store, *reading.judge);
  Response response = call.answer();
  // Only now, because what is not allowed for the org may have been allowed for the app.
  if ((response.status == 403 || response.status == 401) && call.denial())
    log_denial(*state_.log, *call.denial(), peer);
  return response;
}

}  // namespace tokend
