#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/http.h"

namespace tokend {

class ManagementCall;
class Query;
struct ManagementRequest;

/// What a management request is read from.
struct RequestParts {
  const Query& query;
  std::string_view id;  ///< from the path
  std::string_view body;
  std::int64_t now_unix_s = 0;
};

/// How the requests of one route of the store queue are read and answered.
struct StoreEndpoint {
  std::span<const std::string_view> parameters;  ///< that the query may have; `org` and `app` are read everywhere
  bool takes_body = false;
  /// Reads what `org` and `app` of the query are not. Nothing, or a 400. Null: there is nothing else.
  std::optional<Response> (*read)(const RequestParts& parts, ManagementRequest& request) = nullptr;
  /// Answers a request that its route allows.
  Response (*answer)(ManagementCall& call) = nullptr;
};

extern const StoreEndpoint kWhoami;       // whoami.cc
extern const StoreEndpoint kCreateToken;  // tokens_create.cc
extern const StoreEndpoint kListTokens;   // tokens_list.cc
extern const StoreEndpoint kShowToken;    // tokens_list.cc
extern const StoreEndpoint kRevokeToken;  // tokens_revoke.cc
extern const StoreEndpoint kRevokeHeld;   // tokens_revoke.cc
extern const StoreEndpoint kListOrgs;     // orgs_apps.cc
extern const StoreEndpoint kListApps;     // orgs_apps.cc
extern const StoreEndpoint kListKeys;     // keys.cc
extern const StoreEndpoint kRotateKey;    // keys.cc
extern const StoreEndpoint kReadAudit;    // audit.cc

}  // namespace tokend
