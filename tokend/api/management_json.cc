#include "api/management_json.h"

#include "libtoken/bytes.h"
#include "libtoken/times.h"

namespace tokend {

using libtoken::to_rfc3339;
using libtoken::authority::App;
using libtoken::authority::AuditEntry;
using libtoken::authority::IssuedToken;
using libtoken::authority::KeyInfo;
using libtoken::authority::Org;

Json time_or_null(const std::optional<std::int64_t>& unix_s) {
  return unix_s ? Json(to_rfc3339(*unix_s)) : Json(nullptr);
}

Json id_and_name(std::uint64_t id, std::string_view name) { return {{"id", id}, {"name", name}}; }

Json to_json(const Org& org) {
  return {{"id", org.id}, {"name", org.name}, {"created", to_rfc3339(org.created_unix_s)}};
}

Json to_json(const App& app) {
  return {{"id", app.id}, {"name", app.name}, {"org", app.org}, {"created", to_rfc3339(app.created_unix_s)}};
}

Json to_json(const KeyInfo& key) {
  return {{"kid", libtoken::to_hex(key.kid)},
          {"state", to_string(key.state)},
          {"created", to_rfc3339(key.created_unix_s)},
          {"live_tokens", key.live_tokens}};
}

Json to_json(const AuditEntry& entry) {
  Json actor = Json::object();
  if (entry.actor.token) {
    actor["token"] = to_string(*entry.actor.token);
    actor["for"] = entry.actor.holder;
  } else {
    actor["user"] = entry.actor.local_user;
  }
  if (!entry.actor.peer.empty()) actor["peer"] = entry.actor.peer;
  return {{"number", entry.number},    {"at", to_rfc3339(entry.at_unix_s)},
          {"actor", std::move(actor)}, {"action", to_string(entry.action)},
          {"refused", entry.refused},  {"org", entry.org == 0 ? Json(nullptr) : Json(entry.org)},
          {"object", entry.object},    {"detail", entry.detail}};
}

Json to_json(const IssuedToken& token, std::int64_t now_unix_s) {
  const std::size_t day = std::string_view("2026-11-23").size();
  Json made_by = nullptr;
  if (token.maker) {
    made_by = {{"token", to_string(*token.maker)}};
  } else if (!token.seen_only) {
    made_by = {{"user", token.local_user}};
  }
  return {
      {"id", to_string(token.id)},
      {"name", token.name},
      {"profile", to_string(token.profile)},
      {"app", token.app == 0 ? Json(nullptr) : id_and_name(token.app, token.app_name)},
      {"for", token.holder},
      {"made_by", std::move(made_by)},
      {"created", to_rfc3339(token.created_unix_s)},
      {"expires", time_or_null(token.not_after_unix_s)},
      {"status", to_string(status_of(token, now_unix_s))},
      {"last_used", token.last_used_unix_s ? Json(to_rfc3339(*token.last_used_unix_s).substr(0, day)) : Json(nullptr)}};
}

Json to_json(const std::vector<libtoken::TokenId>& ids) {
  Json list = Json::array();
  for (const libtoken::TokenId& id : ids) list.push_back(to_string(id));
  return list;
}

Response json_response(int status, const Json& body) {
  Response response;
  response.status = status;
  // What came into the registry in some other way than through us may be no UTF-8.
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace tokend
