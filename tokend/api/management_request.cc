#include "api/management_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "api/query.h"
#include "authority/tokens/key_json.h"
#include "authority/tokens/mint_request_json.h"
#include "libtoken/times.h"

namespace tokend {
namespace {

using libtoken::authority::NameOrId;
using Refusal = std::optional<Response>;

constexpr std::string_view kTokensTarget = "/v1/tokens";
constexpr std::string_view kTokenPrefix = "/v1/tokens/";

struct Route {
  std::string_view path;
  std::string_view method;
  Operation operation;
};
constexpr std::array kRoutes{
    Route{"/v1/whoami", "GET", Operation::kWhoami},    Route{kTokensTarget, "GET", Operation::kListTokens},
    Route{kTokensTarget, "POST", Operation::kMint},    Route{kTokensTarget, "DELETE", Operation::kRevokeHeld},
    Route{kTokenPrefix, "GET", Operation::kShowToken}, Route{kTokenPrefix, "DELETE", Operation::kRevokeToken},
    Route{"/v1/orgs", "GET", Operation::kListOrgs},    Route{"/v1/apps", "GET", Operation::kListApps},
    Route{"/v1/keys", "GET", Operation::kListKeys},    Route{"/v1/keys/rotate", "POST", Operation::kRotateKey},
    Route{"/v1/audit", "GET", Operation::kReadAudit},
};

/// The path as the table has it: what follows `/v1/tokens/` is an id.
std::string_view path_of(std::string_view target) noexcept {
  const std::string_view path = target.substr(0, target.find('?'));
  const bool names_token = path.starts_with(kTokenPrefix) && path.size() > kTokenPrefix.size() &&
                           path.find('/', kTokenPrefix.size()) == std::string_view::npos;
  return names_token ? kTokenPrefix : path == kTokenPrefix ? std::string_view() : path;
}

/// A string that lives as long as the program, for Response::allow.
const char* allowed_methods(std::string_view path) noexcept {
  if (path == kTokensTarget) return "GET, POST, DELETE";
  if (path == kTokenPrefix) return "GET, DELETE";
  const auto route = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& one) { return one.path == path; });
  return route->method == "GET" ? "GET" : "POST";
}

std::vector<std::string_view> parameters_of(Operation operation) {
  switch (operation) {
    case Operation::kWhoami:
    case Operation::kMint:
      return {};
    case Operation::kListTokens:
      return {"org", "app", "for", "name", "profile", "expired", "revoked", "expiring", "limit", "after"};
    case Operation::kRevokeHeld:
      return {"org", "app", "for"};
    case Operation::kListOrgs:
    case Operation::kListApps:
      return {"org", "app"};
    case Operation::kReadAudit:
      return {"org", "since", "limit"};
    case Operation::kShowToken:
    case Operation::kRevokeToken:
    case Operation::kListKeys:
    case Operation::kRotateKey:
      return {"org"};
  }
  return {};
}

Response bad_field(std::string_view field, const std::string& why) {
  return error_response(400, "bad_field", std::string(field) + ": " + why);
}

Refusal read_ref(const Query& query, std::string_view name, std::optional<NameOrId>& ref) {
  const std::string* text = query.find(name);
  if (text == nullptr) return std::nullopt;
  auto parsed = libtoken::authority::parse_name_or_id(*text);
  if (!parsed) return bad_field(name, parsed.error().message + ".");
  ref = std::move(*parsed);
  return std::nullopt;
}

Refusal read_flag(const Query& query, std::string_view name, bool& flag) {
  const std::string* text = query.find(name);
  if (text == nullptr) return std::nullopt;
  if (*text != "true" && *text != "false") return bad_field(name, "true or false is wanted.");
  flag = *text == "true";
  return std::nullopt;
}

Refusal read_limit(const Query& query, std::size_t most, std::size_t& limit) {
  const std::string* text = query.find("limit");
  if (text == nullptr) return std::nullopt;
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, limit);
  if (read.ec == std::errc{} && read.ptr == end && limit >= 1 && limit <= most) return std::nullopt;
  return bad_field("limit", "a number from 1 to " + std::to_string(most) + " is wanted.");
}

void read_text(const Query& query, std::string_view name, std::optional<std::string>& to) {
  if (const std::string* text = query.find(name)) to = *text;
}

Refusal read_list(const Query& query, std::int64_t now_unix_s, ManagementRequest& request) {
  auto& filter = request.filter;
  read_text(query, "for", filter.holder);
  read_text(query, "name", filter.name);
  if (const std::string* text = query.find("profile")) {
    const auto profile = libtoken::parse_profile(*text);
    if (!profile) return bad_field("profile", profile.error().message + ".");
    filter.profile = *profile;
  }
  if (const std::string* text = query.find("expiring")) {
    const auto until = libtoken::parse_expiry(*text, now_unix_s);
    if (!until || !*until) return bad_field("expiring", "a span such as 48h or 7d, or a time to come, is wanted.");
    filter.ending_before_unix_s = **until;
  }
  if (const std::string* text = query.find("after")) {
    const auto id = libtoken::parse_token_id(*text);
    if (!id) return bad_field("after", "a token's id is wanted.");
    request.after = *id;
  }
  request.limit = kListed;
  if (auto refusal = read_flag(query, "expired", filter.expired)) return refusal;
  if (auto refusal = read_flag(query, "revoked", filter.revoked)) return refusal;
  return read_limit(query, kMostListed, request.limit);
}

Refusal read_audit(const Query& query, std::int64_t now_unix_s, ManagementRequest& request) {
  if (const std::string* text = query.find("since")) {
    const auto since = libtoken::parse_since(*text, now_unix_s);
    if (!since) return bad_field("since", since.error().message + ".");
    request.audit.since_unix_s = *since;
  }
  return read_limit(query, kMostAuditEntries, request.audit.limit);
}

Refusal refuse(const std::optional<libtoken::authority::RequestProblem>& problem) {
  if (!problem) return std::nullopt;
  return error_response(400, problem->code, problem->message);
}

Refusal read_mint(std::string_view body, std::int64_t now_unix_s, ManagementRequest& request) {
  auto parsed = libtoken::authority::parse_mint_request(body, now_unix_s);
  if (!parsed) return refuse(parsed.error());
  request.org = std::move(parsed->org);
  request.app = std::exchange(parsed->request.app, std::nullopt);
  request.mint = std::move(parsed->request);
  return std::nullopt;
}

Refusal read_operation(const ManagementRoute& route, const Query& query, std::string_view body, std::int64_t now_unix_s,
                       ManagementRequest& request) {
  switch (route.operation) {
    case Operation::kShowToken:
    case Operation::kRevokeToken: {
      const auto id = libtoken::parse_token_id(route.id);
      if (!id) return bad_field("id", "a token's id is written like 67a18dba-761b-5281-be62-275744f1eb41.");
      request.id = *id;
      return std::nullopt;
    }
    case Operation::kListTokens:
      return read_list(query, now_unix_s, request);
    case Operation::kRevokeHeld:
      read_text(query, "for", request.filter.holder);
      if (!request.filter.holder) {
        return error_response(400, "missing_field", "for is missing: whose tokens are to be revoked?");
      }
      return std::nullopt;
    case Operation::kReadAudit:
      return read_audit(query, now_unix_s, request);
    case Operation::kMint:
      return read_mint(body, now_unix_s, request);
    case Operation::kRotateKey:
      return refuse(libtoken::authority::read_key_rotation(body, request.org));
    case Operation::kWhoami:
    case Operation::kListOrgs:
    case Operation::kListApps:
    case Operation::kListKeys:
      break;
  }
  return std::nullopt;
}

}  // namespace

bool is_management_target(std::string_view target) noexcept {
  const std::string_view path = path_of(target);
  return std::any_of(kRoutes.begin(), kRoutes.end(), [&](const Route& route) { return route.path == path; });
}

tl::expected<ManagementRoute, Response> find_route(std::string_view method, std::string_view target) {
  const std::string_view path = path_of(target);
  const auto route = std::find_if(kRoutes.begin(), kRoutes.end(),
                                  [&](const Route& one) { return one.path == path && one.method == method; });
  if (route == kRoutes.end()) {
    const char* allow = allowed_methods(path);
    Response response = error_response(405, "method_not_allowed", std::string("Only ") + allow + " is answered here.");
    response.allow = allow;
    return tl::unexpected(std::move(response));
  }
  ManagementRoute found;
  found.operation = route->operation;
  const std::size_t mark = target.find('?');
  if (mark != std::string_view::npos) found.query = target.substr(mark + 1);
  if (path == kTokenPrefix) found.id = target.substr(0, mark).substr(kTokenPrefix.size());
  return found;
}

tl::expected<ManagementRequest, Response> ManagementRequest::parse(const ManagementRoute& route, std::string_view body,
                                                                   std::int64_t now_unix_s) {
  const auto known = parameters_of(route.operation);
  const auto query = Query::parse(route.query, known);
  if (!query) return tl::unexpected(query.error());
  ManagementRequest request;
  request.operation = route.operation;
  const bool takes_body = route.operation == Operation::kMint || route.operation == Operation::kRotateKey;
  if (!takes_body && !body.empty()) {
    return tl::unexpected(error_response(400, "bad_request", "Nothing is read from a body here."));
  }
  if (auto refusal = read_ref(*query, "org", request.org)) return tl::unexpected(std::move(*refusal));
  if (auto refusal = read_ref(*query, "app", request.app)) return tl::unexpected(std::move(*refusal));
  if (auto refusal = read_operation(route, *query, body, now_unix_s, request)) {
    return tl::unexpected(std::move(*refusal));
  }
  return request;
}

}  // namespace tokend
