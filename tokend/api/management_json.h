#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/tokens/keyring.h"
#include "authority/registry/registry.h"
#include "net/http.h"
#include "libtoken/json.h"

// What the registry knows, for programs. Never a token or a key.
namespace tokend {

using Json = libtoken::OrderedJson;

[[nodiscard]] Json to_json(const libtoken::authority::Org& org);
[[nodiscard]] Json to_json(const libtoken::authority::App& app);
[[nodiscard]] Json to_json(const libtoken::authority::KeyInfo& key);
[[nodiscard]] Json to_json(const libtoken::authority::AuditEntry& entry);
[[nodiscard]] Json to_json(const libtoken::authority::IssuedToken& token, std::int64_t now_unix_s);
[[nodiscard]] Json to_json(const std::vector<libtoken::TokenId>& ids);

/// RFC 3339, or null.
[[nodiscard]] Json time_or_null(const std::optional<std::int64_t>& unix_s);
/// `{"id":…,"name":…}`
[[nodiscard]] Json id_and_name(std::uint64_t id, std::string_view name);

/// The list that `items` come to.
template <class T>
[[nodiscard]] Json list_of(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

/// An answer with this body.
[[nodiscard]] Response json_response(int status, const Json& body);

}  // namespace tokend
