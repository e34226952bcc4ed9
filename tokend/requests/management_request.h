#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "net/http.h"
#include "requests/query.h"
#include "requests/route.h"

namespace tokend {

/// A request about an org's tokens, apps, keys or audit, read; nothing in it has been looked up.
struct ManagementRequest {
  const Route* route = nullptr;                      ///< lives as long as the program
  std::optional<libtoken::authority::NameOrId> org;  ///< which of the orgs of the caller's tokens is meant
  std::optional<libtoken::authority::NameOrId> app;
  libtoken::TokenId id;                     ///< for kShowToken and kRevokeToken
  std::string token;                        ///< for kRevokeToken: the text of the token with this id, if it came along
  libtoken::authority::MintRequest mint;    ///< for kCreateToken, without org, app and maker
  libtoken::authority::TokenFilter filter;  ///< for kListTokens and kRevokeHeld, without org and app
  std::optional<std::string> id_prefix;     ///< for kListTokens: only those whose ids begin so, in whatever state
  std::optional<libtoken::TokenId> after;   ///< for kListTokens: those that follow this one
  libtoken::authority::TokenSort sort;      ///< for kListTokens
  libtoken::authority::AuditFilter audit;   ///< for kReadAudit, without org
  std::size_t limit = 0;                    ///< for kListTokens
  std::string audit_note;                   ///< what stands before the reason if a refusal is written into the audit

  /// Strict, as ParsedQuestion::parse(). The refusal is a 400.
  [[nodiscard]] static tl::expected<ManagementRequest, Response> parse(const RouteMatch& match, std::string_view body,
                                                                       std::int64_t now_unix_s);
};

// For the endpoints' own parameters. Nothing, or a 400; a parameter that is not in the query changes nothing.

/// 400 `bad_field`
[[nodiscard]] Response bad_parameter(std::string_view name, const std::string& why);
/// `true` or `false`.
[[nodiscard]] std::optional<Response> read_flag(const Query& query, std::string_view name, bool& flag);
/// `limit`, from 1 to `most`.
[[nodiscard]] std::optional<Response> read_limit(const Query& query, std::size_t most, std::size_t& limit);
void read_text(const Query& query, std::string_view name, std::optional<std::string>& text);
/// The token's id in the path.
[[nodiscard]] std::optional<Response> read_path_id(const RequestParts& parts, ManagementRequest& request);

}  // namespace tokend
