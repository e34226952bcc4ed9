// GET /v1/tokens and GET /v1/tokens/{id}
#include <array>

#include "authority/tokens/issued_json.h"
#include "endpoints/endpoints.h"
#include "libtoken/times.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

using libtoken::authority::ShowOrg;

constexpr std::array<std::string_view, 14> kListParameters{"id",      "org",     "app",     "for",      "name",
                                                           "profile", "expired", "revoked", "expiring", "limit",
                                                           "after",   "made_by", "unused",  "sort"};
constexpr std::array<std::string_view, 1> kShowParameters{"org"};

std::optional<Response> read_list(const RequestParts& parts, ManagementRequest& request) {
  const Query& query = parts.query;
  auto& filter = request.filter;
  read_text(query, "for", filter.holder);
  read_text(query, "name", filter.name);
  if (const std::string* text = query.find("profile")) {
    const auto profile = libtoken::parse_profile(*text);
    if (!profile) return bad_parameter("profile", profile.error().message + ".");
    filter.profile = *profile;
  }
  if (const std::string* text = query.find("expiring")) {
    const auto until = libtoken::parse_expiry(*text, parts.now_unix_s);
    if (!until || !*until) return bad_parameter("expiring", "write a span such as 48h or 7d, or a time in the future.");
    filter.ending_before_unix_s = **until;
  }
  if (const std::string* text = query.find("made_by")) {
    const auto id = libtoken::parse_token_id(*text);
    if (id) {
      filter.made_by = *id;
    } else {
      filter.made_by = *text;
    }
  }
  if (const std::string* text = query.find("unused")) {
    const auto since = libtoken::parse_since(*text, parts.now_unix_s);
    if (!since) return bad_parameter("unused", "write a span such as 90d, or a time.");
    filter.unused_since_unix_s = *since;
  }
  if (const std::string* text = query.find("sort")) {
    std::string_view order = *text;
    request.sort.descending = order.starts_with('-');
    if (request.sort.descending) order.remove_prefix(1);
    const auto by = libtoken::authority::parse_token_order(order);
    if (!by) return bad_parameter("sort", by.error().message + ".");
    request.sort.by = *by;
  }
  if (const std::string* text = query.find("id")) {
    if (!libtoken::is_token_id_prefix(*text))
      return bad_parameter("id", "write at least the first 8 hex digits of an id.");
    request.id_prefix = *text;
  }
  if (const std::string* text = query.find("after")) {
    const auto id = libtoken::parse_token_id(*text);
    if (!id) return bad_parameter("after", "write a token's id.");
    request.after = *id;
  }
  request.limit = libtoken::authority::kDefaultPageTokens;
  if (auto refusal = read_flag(query, "expired", filter.expired)) return refusal;
  if (auto refusal = read_flag(query, "revoked", filter.revoked)) return refusal;
  return read_limit(query, libtoken::authority::kMaxPageTokens, request.limit);
}

/// The filter, within what the caller may see.
libtoken::authority::TokenFilter within(const ManagementCall& call, libtoken::authority::TokenFilter filter) {
  filter.org = call.org;
  if (call.app) filter.app = *call.app;
  filter.apps = call.apps;
  return filter;
}

Response list_by_prefix(ManagementCall& call) {
  auto found = libtoken::authority::find_tokens_by_prefix(call.store, *call.request.id_prefix, within(call, {}));
  if (!found) return call.failed(found.error());
  libtoken::authority::ListedPage listed;
  listed.tokens = libtoken::authority::with_status(std::move(*found), call.now_unix_s);
  return json_response(200, tokens_to_json(listed, ShowOrg::kNo));
}

Response list(ManagementCall& call) {
  if (call.request.id_prefix) return list_by_prefix(call);
  auto page = libtoken::authority::list_page(call.store, within(call, call.request.filter), call.request.after,
                                             call.request.limit, call.now_unix_s, call.request.sort);
  if (!page) return call.failed(page.error());
  libtoken::authority::ListedPage listed;
  listed.next = page->next;
  listed.tokens = libtoken::authority::with_status(std::move(page->tokens), call.now_unix_s);
  return json_response(200, tokens_to_json(listed, ShowOrg::kNo));
}

Response show(ManagementCall& call) {
  const libtoken::authority::ListedToken listed{*call.issued, status_of(*call.issued, call.now_unix_s)};
  return json_response(200, to_json(listed, ShowOrg::kNo));
}

}  // namespace

constinit const StoreEndpoint kListTokens{kListParameters, false, read_list, list};
constinit const StoreEndpoint kShowToken{kShowParameters, false, read_path_id, show};

}  // namespace tokend
