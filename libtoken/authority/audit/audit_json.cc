#include "authority/audit/audit_json.h"

#include <utility>

#include "libtoken/json_members.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

using json = Json;

OrderedJson to_json(const Actor& actor) {
  OrderedJson shown = OrderedJson::object();
  if (actor.token) {
    shown["token"] = to_string(*actor.token);
    shown["for"] = actor.holder;
  } else {
    shown["user"] = actor.local_user;
  }
  if (!actor.peer.empty()) shown["peer"] = actor.peer;
  return shown;
}

OrderedJson to_json(const AuditEntry& entry) {
  return {{"number", entry.number},        {"at", to_rfc3339(entry.at_unix_s)},
          {"actor", to_json(entry.actor)}, {"action", to_string(entry.action)},
          {"refused", entry.refused},      {"org", entry.org == 0 ? OrderedJson(nullptr) : OrderedJson(entry.org)},
          {"object", entry.object},        {"detail", entry.detail}};
}

Actor read_actor(const json& shown, JsonFault& fault) {
  const JsonMembers members(shown, fault);
  Actor actor;
  if (members.find("token") != nullptr) actor.token = members.token_id("token");
  actor.holder = members.text_or_empty("for");
  actor.local_user = members.text_or_empty("user");
  actor.peer = members.text_or_empty("peer");
  return actor;
}

AuditEntry read_entry(const json& shown, JsonFault& fault) {
  const JsonMembers members(shown, fault);
  AuditEntry entry;
  entry.number = static_cast<std::int64_t>(members.number("number"));
  entry.at_unix_s = members.time("at");
  if (const json* actor = members.find("actor")) {
    entry.actor = read_actor(*actor, fault);
  } else {
    fault.note("actor");
  }
  entry.action = members.named("action", AuditAction::kRestore);
  entry.refused = members.flag("refused");
  if (members.find_present("org") != nullptr) entry.org = members.number("org");
  entry.object = members.text("object");
  entry.detail = members.text("detail");
  return entry;
}

}  // namespace

OrderedJson audit_to_json(const std::vector<AuditEntry>& entries) {
  OrderedJson list = OrderedJson::array();
  for (const AuditEntry& entry : entries) list.push_back(to_json(entry));
  return {{"entries", std::move(list)}};
}

Result<std::vector<AuditEntry>> audit_from_json(const json& reply) {
  JsonFault fault;
  return fault.value_or_error(JsonMembers(reply, fault).list("entries", read_entry));
}

}  // namespace libtoken::authority
