#include "authority/registry/registry_json.h"

#include <algorithm>

#include "libtoken/json_members.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

using json = Json;

template <class T>
OrderedJson list_of(const std::vector<T>& items) {
  OrderedJson list = OrderedJson::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

Org read_org(const json& shown, JsonFault& fault) {
  const JsonMembers members(shown, fault);
  return {members.number("id"), members.text("name"), members.time("created")};
}

App read_app(const json& shown, JsonFault& fault) {
  const JsonMembers members(shown, fault);
  return {members.number("id"), members.text("name"), members.number("org"), members.time("created")};
}

}  // namespace

std::string time_to_json(std::int64_t unix_s) {
  constexpr std::int64_t kFirst = -62'167'219'200;  // 0000-01-01T00:00:00Z
  constexpr std::int64_t kLast = 253'402'300'799;   // 9999-12-31T23:59:59Z
  return to_rfc3339(std::clamp(unix_s, kFirst, kLast));
}

OrderedJson id_and_name(std::uint64_t id, std::string_view name) { return {{"id", id}, {"name", name}}; }

OrderedJson to_json(const Org& org) {
  return {{"id", org.id}, {"name", org.name}, {"created", to_rfc3339(org.created_unix_s)}};
}

OrderedJson to_json(const App& app) {
  return {{"id", app.id}, {"name", app.name}, {"org", app.org}, {"created", to_rfc3339(app.created_unix_s)}};
}

OrderedJson orgs_to_json(const std::vector<Org>& orgs) { return {{"orgs", list_of(orgs)}}; }

Result<std::vector<Org>> orgs_from_json(const json& reply) {
  JsonFault fault;
  return fault.value_or_error(JsonMembers(reply, fault).list("orgs", read_org));
}

OrderedJson apps_to_json(const std::vector<App>& apps) { return {{"apps", list_of(apps)}}; }

Result<std::vector<App>> apps_from_json(const json& reply) {
  JsonFault fault;
  return fault.value_or_error(JsonMembers(reply, fault).list("apps", read_app));
}

}  // namespace libtoken::authority
