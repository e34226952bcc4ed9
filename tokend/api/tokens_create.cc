// POST /v1/tokens
#include <utility>

#include "api/management_call.h"
#include "api/management_json.h"
#include "api/mint_body.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

std::optional<Response> read(const RequestParts& parts, ManagementRequest& request) {
  auto refusal = read_mint_body(parts.body, parts.now_unix_s, request);
  request.audit_note = std::string(to_string(request.mint.profile)) + ": ";
  return refusal;
}

Response create(ManagementCall& call) {
  auto maker = libtoken::authority::maker_of(*call.grant.token);
  if (!maker) {
    const std::string why = libtoken::escape_untrusted(maker.error().message) + ".";
    return call.refuse({error_response(403, "not_allowed", why), why});
  }
  libtoken::authority::MintRequest request = call.request.mint;
  request.org = call.org;
  if (call.app) request.app = *call.app;
  request.maker = std::move(*maker);
  const auto minted = libtoken::authority::mint(call.store, request, call.actor(), call.now_unix_s);
  if (!minted) {
    const bool revoked = minted.error().kind == libtoken::ErrorKind::kRevoked;
    return call.refuse({call.failed(minted.error()), revoked ? "The token has been revoked." : ""});
  }
  return json_response(201, {{"token", minted->header},
                             {"id", to_string(minted->id)},
                             {"org", id_and_name(minted->org.id, minted->org.name)},
                             {"app", minted->app ? id_and_name(minted->app->id, minted->app->name) : Json(nullptr)},
                             {"profile", to_string(request.profile)},
                             {"expires", time_or_null(minted->not_after_unix_s)}});
}

}  // namespace

constinit const StoreEndpoint kCreateToken{{}, true, read, create};

}  // namespace tokend
