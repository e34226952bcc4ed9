#include "authority/tokens/issued_json.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libtoken/bundle.h"
#include "libtoken/json_members.h"
#include "libtoken/times.h"

namespace libtoken::authority {
namespace {

OrderedJson text_or_null(const std::string& text) { return text.empty() ? OrderedJson(nullptr) : OrderedJson(text); }

using json = Json;

constexpr std::size_t kDayLength = 10;  // of an RFC 3339 time

OrderedJson time_or_null(const std::optional<std::int64_t>& unix_s) {
  return unix_s ? OrderedJson(time_to_json(*unix_s)) : OrderedJson(nullptr);
}

OrderedJson maker_to_json(const IssuedToken& token) {
  if (token.maker) return {{"token", to_string(*token.maker)}};
  if (token.seen_only) return nullptr;
  return {{"user", token.local_user}};
}

OrderedJson ids_to_json(const std::vector<TokenId>& ids) {
  OrderedJson list = OrderedJson::array();
  for (const TokenId& id : ids) list.push_back(to_string(id));
  return list;
}

/// An org or an app where it stands beside something else; 0 and "" if it does not.
std::pair<std::uint64_t, std::string> read_id_and_name(const JsonMembers& members, const char* name, JsonFault& fault) {
  const json* shown = members.find(name);
  if (shown == nullptr) return {};
  const JsonMembers named(*shown, fault);
  return {named.number("id"), named.text("name")};
}

Profile read_profile(const JsonMembers& members, JsonFault& fault) {
  const auto profile = parse_profile(members.text("profile"));
  if (!profile) fault.note("profile");
  return profile.value_or(Profile::kReadonly);
}

void read_maker(const JsonMembers& members, JsonFault& fault, IssuedToken& token) {
  const json* maker = members.find_present("made_by");
  token.seen_only = maker == nullptr;
  if (token.seen_only) return;
  const JsonMembers shown(*maker, fault);
  if (shown.find("token") != nullptr) token.maker = shown.token_id("token");
  token.local_user = shown.text_or_empty("user");
}

ListedToken read_token(const json& shown, JsonFault& fault) {
  const JsonMembers members(shown, fault);
  ListedToken listed;
  IssuedToken& token = listed.token;
  token.id = members.token_id("id");
  if (members.find("name") != nullptr) token.name = members.text("name");
  token.profile = read_profile(members, fault);
  std::tie(token.org, token.org_name) = read_id_and_name(members, "org", fault);
  std::tie(token.app, token.app_name) = read_id_and_name(members, "app", fault);
  if (members.find("for") != nullptr) token.holder = members.text("for");
  read_maker(members, fault, token);
  token.created_unix_s = members.time("created");
  token.not_after_unix_s = members.time_or_none("expires");
  listed.status = members.named("status", TokenStatus::kKeyRetired);
  if (members.find("last_used") != nullptr) {
    const auto day = parse_time(members.text("last_used") + "T00:00:00Z");
    if (!day) fault.note("last_used");
    token.last_used_unix_s = day.value_or(0);
  }
  return listed;
}

}  // namespace

std::vector<ListedToken> with_status(std::vector<IssuedToken> tokens, std::int64_t now_unix_s) {
  std::vector<ListedToken> listed;
  listed.reserve(tokens.size());
  for (IssuedToken& token : tokens) {
    const TokenStatus status = status_of(token, now_unix_s);
    listed.push_back({std::move(token), status});
  }
  return listed;
}

OrderedJson to_json(const ListedToken& listed, ShowOrg show_org) {
  const IssuedToken& token = listed.token;
  OrderedJson shown{
      {"id", to_string(token.id)}, {"name", text_or_null(token.name)}, {"profile", to_string(token.profile)}};
  if (show_org == ShowOrg::kYes && token.org != 0) shown["org"] = id_and_name(token.org, token.org_name);
  shown["app"] = token.app == 0 ? OrderedJson(nullptr) : id_and_name(token.app, token.app_name);
  shown["for"] = text_or_null(token.holder);
  shown["made_by"] = maker_to_json(token);
  shown["created"] = to_rfc3339(token.created_unix_s);
  shown["expires"] = time_or_null(token.not_after_unix_s);
  shown["status"] = to_string(listed.status);
  shown["last_used"] = nullptr;
  if (token.last_used_unix_s) shown["last_used"] = to_rfc3339(*token.last_used_unix_s).substr(0, kDayLength);
  return shown;
}

Result<ListedToken> token_from_json(const json& reply) {
  JsonFault fault;
  return fault.value_or_error(read_token(reply, fault));
}

OrderedJson tokens_to_json(const ListedPage& page, ShowOrg show_org) {
  OrderedJson list = OrderedJson::array();
  for (const ListedToken& listed : page.tokens) list.push_back(to_json(listed, show_org));
  OrderedJson shown{{"tokens", std::move(list)}};
  if (page.next) shown["next"] = to_string(*page.next);
  return shown;
}

Result<ListedPage> tokens_from_json(const json& reply) {
  JsonFault fault;
  const JsonMembers members(reply, fault);
  ListedPage page;
  page.tokens = members.list("tokens", read_token);
  if (members.find("next") != nullptr) page.next = members.token_id("next");
  return fault.value_or_error(std::move(page));
}

OrderedJson to_json(const CreatedToken& created) {
  const Minted& minted = created.minted;
  return {{"token", minted.header},
          {"id", to_string(minted.id)},
          {"org", id_and_name(minted.org.id, minted.org.name)},
          {"app", minted.app ? id_and_name(minted.app->id, minted.app->name) : OrderedJson(nullptr)},
          {"profile", to_string(created.profile)},
          {"expires", time_or_null(minted.not_after_unix_s)}};
}

Result<CreatedToken> created_from_json(const json& reply) {
  JsonFault fault;
  const JsonMembers members(reply, fault);
  CreatedToken created;
  Minted& minted = created.minted;
  minted.header = members.text("token");
  minted.id = members.token_id("id");
  if (members.find("org") == nullptr) fault.note("org");
  std::tie(minted.org.id, minted.org.name) = read_id_and_name(members, "org", fault);
  if (members.find("app") != nullptr) {
    minted.app.emplace();
    std::tie(minted.app->id, minted.app->name) = read_id_and_name(members, "app", fault);
    minted.app->org = minted.org.id;
  }
  created.profile = read_profile(members, fault);
  minted.not_after_unix_s = members.time_or_none("expires");
  return fault.value_or_error(std::move(created));
}

OrderedJson to_json(const RevocationReply& reply) {
  OrderedJson shown{{"revoked", ids_to_json(reply.done.newly)}, {"already", ids_to_json(reply.done.already)}};
  if (reply.done.already_left_out > 0) shown["already_left_out"] = reply.done.already_left_out;
  if (reply.near_misses) shown["near_misses"] = *reply.near_misses;
  return shown;
}

Result<RevocationReply> revocation_from_json(const json& reply) {
  JsonFault fault;
  const JsonMembers members(reply, fault);
  RevocationReply read;
  read.done.newly = members.list("revoked", read_json_token_id);
  read.done.already = members.list("already", read_json_token_id);
  if (members.find("already_left_out") != nullptr) {
    read.done.already_left_out = static_cast<std::size_t>(members.number("already_left_out"));
  }
  if (members.find("near_misses") != nullptr) read.near_misses = members.list("near_misses", read_json_text);
  return fault.value_or_error(std::move(read));
}

std::optional<RequestProblem> read_revoked_token(std::string_view body, const TokenId& id, std::string& token) {
  if (body.empty()) return std::nullopt;
  const auto object = read_object(body);
  if (!object) return object.error();
  for (const auto& [name, value] : object->items()) {
    if (name != "token") return unknown_field("", name, {"token"});
    if (!value.is_string()) return bad_field("token", "a string is wanted.");
    token = value.get_ref<const std::string&>();
  }
  if (token.empty()) return missing_field("token is missing: send the token with this id, or no body.");
  const auto bundle = Bundle::parse(token);
  if (!bundle) return bad_field("token", bundle.error().message + ".");
  const auto& parts = bundle->parts();
  const bool has_id =
      std::any_of(parts.begin(), parts.end(), [&](const Bundle::Part& part) { return part && part->id() == id; });
  if (!has_id) return bad_field("token", "it is not the token with the id in the path.");
  return std::nullopt;
}

OrderedJson revoked_token_to_json(const std::string& token) { return {{"token", token}}; }

}  // namespace libtoken::authority
