// GET /v1/audit
#include <array>

#include "authority/audit/audit_json.h"
#include "endpoints/endpoints.h"
#include "libtoken/times.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

constexpr std::array<std::string_view, 3> kParameters{"org", "since", "limit"};

std::optional<Response> read(const RequestParts& parts, ManagementRequest& request) {
  if (const std::string* text = parts.query.find("since")) {
    const auto since = libtoken::parse_since(*text, parts.now_unix_s);
    if (!since) return bad_parameter("since", since.error().message + ".");
    request.audit.since_unix_s = *since;
  }
  return read_limit(parts.query, libtoken::authority::kMaxAuditEntries, request.audit.limit);
}

Response list(ManagementCall& call) {
  libtoken::authority::AuditFilter filter = call.request.audit;
  filter.org = call.org;
  const auto entries = libtoken::authority::list_audit(call.store, filter);
  if (!entries) return call.failed(entries.error());
  return json_response(200, audit_to_json(*entries));
}

}  // namespace

constinit const StoreEndpoint kReadAudit{kParameters, false, read, list};

}  // namespace tokend
