#include "api/routes.h"

#include <algorithm>
#include <array>
#include <string>

#include "authority/registry/labels.h"
#include "endpoints/endpoints.h"
#include "endpoints/health.h"
#include "endpoints/verify.h"
#include "libtoken/text.h"

namespace tokend {
namespace {

using libtoken::kControl;
using libtoken::kCreate;
using libtoken::kDelete;
using libtoken::kNoAction;
using libtoken::kRead;
using libtoken::authority::AuditAction;
using To = RequiredAccess::To;

constexpr std::string_view kId = "{id}";
constexpr std::string_view kSelf = "self";  // stands where an id may stand, and is none

constexpr Route worker(std::string_view method, std::string_view path, WorkerEndpoint answer) {
  Route route;
  route.method = method;
  route.path = path;
  route.answered_by = AnsweredBy::kWorker;
  route.answer = answer;
  return route;
}

constexpr Route batch_pool(std::string_view method, std::string_view path) {
  Route route;
  route.method = method;
  route.path = path;
  route.answered_by = AnsweredBy::kBatchPool;
  return route;
}

constexpr Route store_queue(std::string_view method, std::string_view path, const StoreEndpoint& endpoint,
                            RequiredAccess access, Lane lane, std::optional<AuditAction> audited_as = std::nullopt) {
  Route route;
  route.method = method;
  route.path = path;
  route.answered_by = AnsweredBy::kStoreQueue;
  route.endpoint = &endpoint;
  route.access = access;
  route.lane = lane;
  route.audited_as = audited_as;
  return route;
}

constexpr Route at_a_rate(Rated rated, Route route) {
  route.rated = rated;
  return route;
}

/// Every route there is. Methods of one path stand in the order that `Allow` has them in.
constexpr std::array kRoutes{
    worker("POST", "/v1/verify", verify),
    batch_pool("POST", "/v1/verify/batch"),
    worker("GET", "/livez", live),
    worker("HEAD", "/livez", live),
    worker("GET", "/readyz", ready),
    worker("HEAD", "/readyz", ready),
    store_queue("GET", "/v1/whoami", kWhoami, {To::kNothing, kNoAction}, Lane::kRead),
    at_a_rate(Rated::kList, store_queue("GET", "/v1/tokens", kListTokens, {To::kOrgOrItsApps, kRead}, Lane::kRead)),
    at_a_rate(Rated::kMint, store_queue("POST", "/v1/tokens", kCreateToken, {To::kAppElseOrg, kCreate}, Lane::kWrite,
                                        AuditAction::kMint)),
    store_queue("DELETE", "/v1/tokens", kRevokeHeld, {To::kOrgOrApp, kDelete}, Lane::kRevoke, AuditAction::kRevoke),
    store_queue("DELETE", "/v1/tokens/self", kRevokeSelf, {To::kItself, kNoAction}, Lane::kRevoke),
    store_queue("GET", "/v1/tokens/{id}", kShowToken, {To::kOrgOrTokensApp, kRead}, Lane::kRead),
    store_queue("DELETE", "/v1/tokens/{id}", kRevokeToken, {To::kOrgOrTokensApp, kDelete}, Lane::kRevoke,
                AuditAction::kRevoke),
    at_a_rate(Rated::kList, store_queue("GET", "/v1/orgs", kListOrgs, {To::kOrgOrApp, kRead}, Lane::kRead)),
    at_a_rate(Rated::kList, store_queue("GET", "/v1/apps", kListApps, {To::kOrgOrItsApps, kRead}, Lane::kRead)),
    at_a_rate(Rated::kList, store_queue("GET", "/v1/keys", kListKeys, {To::kOrg, kControl}, Lane::kRead)),
    store_queue("POST", "/v1/keys/rotate", kRotateKey, {To::kOrg, kControl}, Lane::kWrite, AuditAction::kKeyRotate),
    at_a_rate(Rated::kList, store_queue("GET", "/v1/audit", kReadAudit, {To::kOrg, kControl}, Lane::kRead)),
};

/// What stands for `{id}` where the path fits the pattern, "" for a pattern without one; nothing: it does not fit.
std::optional<std::string_view> fit(std::string_view path, std::string_view pattern) noexcept {
  if (!pattern.ends_with(kId)) return path == pattern ? std::optional<std::string_view>("") : std::nullopt;
  const std::string_view prefix = pattern.substr(0, pattern.size() - kId.size());
  if (!path.starts_with(prefix)) return std::nullopt;
  const std::string_view id = path.substr(prefix.size());
  const bool is_id = !id.empty() && id.find('/') == std::string_view::npos && id != kSelf;
  return is_id ? std::optional(id) : std::nullopt;
}

/// Whether the target is the route's, whatever the method.
bool is_target_of(const Route& route, std::string_view target, std::string_view path) noexcept {
  if (route.answered_by != AnsweredBy::kStoreQueue) return route.path == target;
  return fit(path, route.path).has_value();
}

/// Null: no route has this method and target.
const Route* find(std::string_view method, std::string_view target) noexcept {
  const std::string_view path = target.substr(0, target.find('?'));
  const auto route = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& one) {
    return one.method == method && is_target_of(one, target, path);
  });
  return route == kRoutes.end() ? nullptr : route;
}

/// The route that a mistyped path may have meant: the one with the fewest letters to change, if these are few; else "".
std::string_view nearest_to(std::string_view path) {
  constexpr std::size_t kLongest = 64;  // a longer path is no mistyped route
  constexpr std::size_t kMostChanges = 3;
  if (path.size() > kLongest) return {};
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::string_view last_segment = path.substr(path.rfind('/') + 1);
  std::string_view nearest;
  std::size_t least = kMostChanges + 1;
  for (const Route& route : kRoutes) {
    std::string meant(route.path);
    // Whatever stands at an id's place is right there.
    if (meant.ends_with(kId)) meant.replace(meant.size() - kId.size(), kId.size(), last_segment);
    const std::size_t changes = libtoken::authority::edit_distance(meant, path, kMostChanges);
    if (changes >= least) continue;
    least = changes;
    nearest = route.path;
  }
  return nearest;
}

std::string not_found_message(std::string_view path) {
  std::string message = "There is nothing at " + libtoken::escape_untrusted(path, 100) + ".";
  if (const std::string_view nearest = nearest_to(path); !nearest.empty()) {
    return message.append(" Did you mean ").append(nearest).append("?");
  }
  message += " There are ";
  std::string_view before;
  bool first = true;
  for (const Route& route : kRoutes) {
    if (route.path == before) continue;
    before = route.path;
    if (!first) message += ", ";
    message += route.path;
    first = false;
  }
  return message + ".";
}

Response no_such_route(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  std::string allow;
  for (const Route& route : kRoutes) {
    if (is_target_of(route, target, path)) allow += (allow.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allow.empty()) {
    const bool has_query = path.size() != target.size();
    const bool is_route =
        std::any_of(kRoutes.begin(), kRoutes.end(), [&](const Route& one) { return fit(path, one.path).has_value(); });
    if (has_query && is_route) {
      return error_response(404, "not_found",
                            libtoken::escape_untrusted(path, 100) + " takes no query: leave out what follows the ?.");
    }
    return error_response(404, "not_found", not_found_message(path));
  }
  Response response = error_response(405, "method_not_allowed", "Only " + allow + " is answered here.");
  response.allow = std::move(allow);
  return response;
}

}  // namespace

tl::expected<RouteMatch, Response> find_route(std::string_view method, std::string_view target) {
  RouteMatch match;
  match.route = find(method, target);
  if (match.route == nullptr) return tl::unexpected(no_such_route(target));
  const std::size_t mark = target.find('?');
  if (mark != std::string_view::npos) match.query = target.substr(mark + 1);
  match.id = *fit(target.substr(0, mark), match.route->path);
  return match;
}

bool is_answered_later(std::string_view method, std::string_view target) noexcept {
  const std::string_view path = target.substr(0, target.find('?'));
  return std::any_of(kRoutes.begin(), kRoutes.end(), [&](const Route& route) {
    if (route.answered_by == AnsweredBy::kWorker || !is_target_of(route, target, path)) return false;
    return route.answered_by == AnsweredBy::kStoreQueue || route.method == method;
  });
}

std::size_t max_body_bytes(std::string_view method, std::string_view target) noexcept {
  const Route* route = find(method, target);
  return route != nullptr && route->answered_by == AnsweredBy::kBatchPool ? kMaxBatchBodyBytes : kMaxBodyBytes;
}

}  // namespace tokend
