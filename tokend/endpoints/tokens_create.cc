// POST /v1/tokens
#include <utility>

#include "authority/tokens/issued_json.h"
#include "authority/tokens/mint_request_json.h"
#include "endpoints/endpoints.h"
#include "libtoken/text.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

std::optional<Response> read(const RequestParts& parts, ManagementRequest& request) {
  auto parsed = libtoken::authority::parse_mint_request(parts.body, parts.now_unix_s);
  if (!parsed) return error_response(400, parsed.error().code, parsed.error().message);
  request.org = std::exchange(parsed->org, std::nullopt);
  request.app = std::exchange(parsed->app, std::nullopt);
  request.mint = std::move(*parsed);
  request.audit_note = std::string(to_string(request.mint.profile)) + ": ";
  return std::nullopt;
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
  request.limits = call.mint_limits();
  auto minted = libtoken::authority::mint(call.store, request, call.actor(), call.now_unix_s);
  if (!minted) {
    const bool revoked = minted.error().kind == libtoken::ErrorKind::kRevoked;
    const bool too_many = minted.error().kind == libtoken::ErrorKind::kLimit;
    const char* limit = minted.error().retry_after_s > 0 ? "Too many were made in a day." : "Too many tokens are live.";
    const char* why = revoked ? "The token has been revoked." : too_many ? limit : "";
    return call.refuse({call.failed(minted.error()), why});
  }
  return json_response(201, to_json(libtoken::authority::CreatedToken{std::move(*minted), request.profile}));
}

}  // namespace

constinit const StoreEndpoint kCreateToken{{}, true, read, create};

}  // namespace tokend
