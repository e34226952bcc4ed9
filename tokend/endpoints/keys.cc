// GET /v1/keys and POST /v1/keys/rotate
#include <array>

#include "authority/tokens/key_json.h"
#include "endpoints/endpoints.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

constexpr std::array<std::string_view, 1> kParameters{"org"};

Response list(ManagementCall& call) {
  const auto keys =
      libtoken::authority::list_keys(call.store, libtoken::authority::NameOrId(call.org), call.now_unix_s);
  if (!keys) return call.failed(keys.error());
  return json_response(200, keys_to_json(*keys, libtoken::authority::ShowOrg::kNo));
}

std::optional<Response> read_rotate(const RequestParts& parts, ManagementRequest& request) {
  const auto problem = libtoken::authority::read_key_rotation(parts.body, request.org);
  if (problem) return error_response(400, problem->code, problem->message);
  return std::nullopt;
}

Response rotate(ManagementCall& call) {
  const auto key = libtoken::authority::rotate_key(call.store, call.org, call.actor(), call.now_unix_s);
  if (!key) return call.failed(key.error());
  // If the store cannot be read again, nothing is judged until it can, so that the answer may stand.
  call.must_be_published();
  return json_response(201, key_to_json(*key, libtoken::authority::ShowOrg::kNo));
}

}  // namespace

constinit const StoreEndpoint kListKeys{kParameters, false, nullptr, list};
constinit const StoreEndpoint kRotateKey{kParameters, true, read_rotate, rotate};

}  // namespace tokend
