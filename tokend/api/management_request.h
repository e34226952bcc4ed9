#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "authority/registry/registry.h"
#include "net/http.h"

namespace tokend {

/// What can be asked of the registry, each under its own route (README).
enum class Operation : std::uint8_t {
  kWhoami,
  kMint,
  kListTokens,
  kShowToken,
  kRevokeToken,
  kRevokeHeld,
  kListOrgs,
  kListApps,
  kListKeys,
  kRotateKey,
  kReadAudit,
};

/// Whether a target, whatever follows it, is of these routes; else it is another's, or nobody's.
[[nodiscard]] bool is_management_target(std::string_view target) noexcept;

/// A route that there is.
struct ManagementRoute {
  Operation operation{};
  std::string_view id;     ///< of a token, as it was written
  std::string_view query;  ///< without its question mark
};
/// The refusal is a 404 or 405.
[[nodiscard]] tl::expected<ManagementRoute, Response> find_route(std::string_view method, std::string_view target);

/// A request for the registry, read; nothing in it has been looked up.
struct ManagementRequest {
  Operation operation{};
  std::optional<libtoken::authority::NameOrId> org;  ///< which of the asking tokens' orgs is meant
  std::optional<libtoken::authority::NameOrId> app;
  libtoken::TokenId id;                     ///< for kShowToken and kRevokeToken
  libtoken::authority::MintRequest mint;    ///< for kMint; org, app and maker are still to come
  libtoken::authority::TokenFilter filter;  ///< for kListTokens and kRevokeHeld; org and app are still to come
  std::optional<libtoken::TokenId> after;   ///< for kListTokens: those that follow this one
  libtoken::authority::AuditFilter audit;   ///< for kReadAudit; org is still to come
  std::size_t limit = 0;                    ///< for kListTokens

  /// Strict, as ParsedQuestion::parse(). The refusal is a 400.
  [[nodiscard]] static tl::expected<ManagementRequest, Response> parse(const ManagementRoute& route,
                                                                       std::string_view body, std::int64_t now_unix_s);
};

inline constexpr std::size_t kMostListed = 10'000;
inline constexpr std::size_t kListed = 1'000;  ///< unless told
inline constexpr std::size_t kMostAuditEntries = 10'000;

}  // namespace tokend
