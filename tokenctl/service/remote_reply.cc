#include "service/remote_reply.h"

#include <stdexcept>
#include <utility>

#include "libtoken/json.h"

#include "input/times.h"
#include "libtoken/bytes.h"

namespace tokenctl {
namespace {

using libtoken::TokenId;
using libtoken::authority::App;
using libtoken::authority::AuditEntry;
using libtoken::authority::KeyInfo;
using libtoken::authority::KeyState;
using libtoken::authority::Org;
using libtoken::authority::TokenStatus;
using json = libtoken::Json;

// These functions read members of a reply. They throw json::exception or std::invalid_argument if a member does not
// have the right form; read() below catches both.

[[noreturn]] void refuse() { throw std::invalid_argument("wrong form"); }

std::string text(const json& value) {
  if (!value.is_string()) refuse();
  return value.get<std::string>();
}
std::string text(const json& object, const char* name) { return text(object.at(name)); }
/// "" if it is missing or null.
std::string text_or_none(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? std::string() : text(*found);
}

std::uint64_t number(const json& object, const char* name) {
  const json& value = object.at(name);
  if (!value.is_number_unsigned()) refuse();
  return value.get<std::uint64_t>();
}

/// The value of a result; an error is a wrong form.
template <class T>
T value_of(libtoken::Result<T> parsed) {
  if (!parsed) refuse();
  return std::move(*parsed);
}

TokenId token_id(const json& value) { return value_of(libtoken::parse_token_id(text(value))); }
std::int64_t time(const json& object, const char* name) { return value_of(parse_time(text(object, name))); }
std::optional<std::int64_t> time_or_none(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return value_of(parse_time(text(*found)));
}

/// The value with this name, up to `last`.
template <class Enum>
Enum enum_value(const std::string& name, Enum last) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last); ++i) {
    if (name == to_string(static_cast<Enum>(i))) return static_cast<Enum>(i);
  }
  refuse();
}

Org org_of(const json& shown) {
  return {number(shown, "id"), text(shown, "name"), time_or_none(shown, "created").value_or(0)};
}

/// An org or an app as a member of something else.
struct Named {
  std::uint64_t id = 0;
  std::string name;
};
Named named_or_none(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  return {number(*found, "id"), text(*found, "name")};
}

ListedToken listed_token(const json& shown, const Org& org) {
  ListedToken listed;
  auto& token = listed.token;
  token.id = token_id(shown.at("id"));
  token.profile = value_of(libtoken::parse_profile(text(shown, "profile")));
  token.name = text(shown, "name");
  token.holder = text(shown, "for");
  auto app = named_or_none(shown, "app");
  token.app = app.id;
  token.app_name = std::move(app.name);
  const json& maker = shown.at("made_by");
  token.seen_only = maker.is_null();
  if (!token.seen_only) {
    if (maker.contains("token")) token.maker = token_id(maker.at("token"));
    token.local_user = text_or_none(maker, "user");
  }
  token.created_unix_s = time(shown, "created");
  token.not_after_unix_s = time_or_none(shown, "expires");
  token.org = org.id;
  token.org_name = org.name;
  listed.status = enum_value(text(shown, "status"), TokenStatus::kKeyRetired);
  const std::string last_used = text_or_none(shown, "last_used");
  if (!last_used.empty()) token.last_used_unix_s = value_of(parse_time(last_used + "T00:00:00Z"));
  return listed;
}

KeyInfo key_info(const json& shown, const Org& org) {
  KeyInfo key;
  key.kid = value_of(libtoken::from_hex(text(shown, "kid")));
  key.state = enum_value(text(shown, "state"), KeyState::kRetired);
  key.created_unix_s = time(shown, "created");
  key.live_tokens = number(shown, "live_tokens");
  key.org = org.id;
  key.org_name = org.name;
  return key;
}

AuditEntry audit_entry(const json& shown) {
  AuditEntry entry;
  entry.number = static_cast<std::int64_t>(number(shown, "number"));
  entry.at_unix_s = time(shown, "at");
  const json& actor = shown.at("actor");
  if (actor.contains("token")) entry.actor.token = token_id(actor.at("token"));
  entry.actor.holder = text_or_none(actor, "for");
  entry.actor.local_user = text_or_none(actor, "user");
  entry.actor.peer = text_or_none(actor, "peer");
  entry.action = enum_value(text(shown, "action"), libtoken::authority::AuditAction::kRestore);
  entry.refused = shown.at("refused").get<bool>();
  if (!shown.at("org").is_null()) entry.org = number(shown, "org");
  entry.object = text(shown, "object");
  entry.detail = text(shown, "detail");
  return entry;
}

template <class ReadAll>
auto read(ReadAll read_all) -> std::optional<decltype(read_all())> {
  try {
    return read_all();
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

template <class ReadOne>
auto list(const json& items, ReadOne read_one) {
  if (!items.is_array()) refuse();
  std::vector<decltype(read_one(items))> all;
  for (const json& item : items) all.push_back(read_one(item));
  return all;
}

}  // namespace

std::optional<CreatedToken> read_created(const json& reply) {
  return read([&] {
    CreatedToken created;
    created.minted.header = text(reply, "token");
    created.minted.id = token_id(reply.at("id"));
    created.minted.org = org_of(reply.at("org"));
    if (auto app = named_or_none(reply, "app"); app.id != 0)
      created.minted.app = App{app.id, std::move(app.name), created.minted.org.id, 0};
    created.not_after_unix_s = time_or_none(reply, "expires");
    return created;
  });
}

std::optional<ListedToken> read_token(const json& reply) {
  return read([&] { return listed_token(reply, {}); });
}

std::optional<std::vector<ListedToken>> read_tokens(const json& reply, const Org& org) {
  return read([&] { return list(reply.at("tokens"), [&](const json& one) { return listed_token(one, org); }); });
}

std::optional<Revocation> read_revocation(const json& reply) {
  return read([&] {
    Revocation revocation;
    revocation.done.newly = list(reply.at("revoked"), token_id);
    revocation.done.already = list(reply.at("already"), token_id);
    if (const auto misses = reply.find("near_misses"); misses != reply.end())
      revocation.near_misses = list(*misses, [](const json& label) { return text(label); });
    return revocation;
  });
}

std::optional<std::vector<Org>> read_orgs(const json& reply) {
  return read([&] { return list(reply.at("orgs"), org_of); });
}

std::optional<std::vector<ListedApp>> read_apps(const json& reply, const std::string& org_name) {
  return read([&] {
    return list(reply.at("apps"), [&](const json& one) {
      return ListedApp{App{number(one, "id"), text(one, "name"), number(one, "org"), time(one, "created")}, org_name};
    });
  });
}

std::optional<std::vector<KeyInfo>> read_keys(const json& reply, const Org& org) {
  return read([&] { return list(reply.at("keys"), [&](const json& one) { return key_info(one, org); }); });
}

std::optional<KeyInfo> read_rotated(const json& reply, const Org& org) {
  return read([&] { return key_info(reply.at("key"), org); });
}

std::optional<std::vector<AuditEntry>> read_audit(const json& reply) {
  return read([&] { return list(reply.at("entries"), audit_entry); });
}

}  // namespace tokenctl
