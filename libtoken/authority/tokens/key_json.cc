#include "authority/tokens/key_json.h"

#include <utility>

#include "libtoken/bytes.h"
#include "libtoken/json_members.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

using json = Json;

KeyInfo read_key(const json& shown, JsonFault& fault) {
  const JsonMembers members(shown, fault);
  KeyInfo key;
  auto kid = from_hex(members.text("kid"));
  if (!kid) fault.note("kid");
  key.kid = std::move(kid).value_or(Bytes{});
  key.state = members.named("state", KeyState::kRetired);
  key.created_unix_s = members.time("created");
  key.live_tokens = members.number("live_tokens");
  if (members.find("live_tokens_at_least") != nullptr) key.live_tokens_at_least = members.flag("live_tokens_at_least");
  if (const json* org = members.find("org")) {
    const JsonMembers named(*org, fault);
    key.org = named.number("id");
    key.org_name = named.text("name");
  }
  return key;
}

}  // namespace

OrderedJson to_json(const KeyInfo& key, ShowOrg show_org) {
  OrderedJson shown{{"kid", to_hex(key.kid)},
                    {"state", to_string(key.state)},
                    {"created", to_rfc3339(key.created_unix_s)},
                    {"live_tokens", key.live_tokens}};
  if (key.live_tokens_at_least) shown["live_tokens_at_least"] = true;
  if (show_org == ShowOrg::kYes && key.org != 0) shown["org"] = id_and_name(key.org, key.org_name);
  return shown;
}

OrderedJson keys_to_json(const std::vector<KeyInfo>& keys, ShowOrg show_org) {
  OrderedJson list = OrderedJson::array();
  for (const KeyInfo& key : keys) list.push_back(to_json(key, show_org));
  return {{"keys", std::move(list)}};
}

Result<std::vector<KeyInfo>> keys_from_json(const json& reply) {
  JsonFault fault;
  return fault.value_or_error(JsonMembers(reply, fault).list("keys", read_key));
}

OrderedJson key_to_json(const KeyInfo& key, ShowOrg show_org) { return {{"key", to_json(key, show_org)}}; }

Result<KeyInfo> key_from_json(const json& reply) {
  JsonFault fault;
  const json* key = JsonMembers(reply, fault).find("key");
  return fault.value_or_error(read_key(key != nullptr ? *key : json(), fault));
}

std::optional<RequestProblem> read_key_rotation(std::string_view body, std::optional<NameOrId>& org) {
  if (body.empty()) return std::nullopt;
  const auto object = read_object(body);
  if (!object) return object.error();
  for (const auto& [name, value] : object->items()) {
    if (name != "org") return unknown_field("", name, {"org"});
    if (org) return bad_field("org", "it stands in the query too; one must go.");
    if (auto problem = read_name_or_id(value, name, org)) return problem;
  }
  return std::nullopt;
}

OrderedJson key_rotation_to_json(const NameOrId& org) { return {{"org", name_or_id_to_json(org)}}; }

}  // namespace libtoken::authority
