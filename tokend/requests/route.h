#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "authority/audit/audit.h"
#include "libtoken/access.h"
#include "net/http.h"
#include "state/store_job.h"
#include "state/usage_limits.h"

namespace tokend {

class ManagementCall;
class Query;
struct HandlerState;
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

/// Answers requests of one route at once.
using WorkerEndpoint = Response (*)(HandlerState& state, const Request& request);

inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxBatchBodyBytes = 1024 * 1024;

/// Where a request is answered.
enum class AnsweredBy : std::uint8_t {
  kWorker,      ///< at once
  kBatchPool,   ///< later, by the threads for batches
  kStoreQueue,  ///< later, by a thread that may wait for the store
};

/// What the caller's token must be allowed to do with the feature "tokens".
struct RequiredAccess {
  enum class To : std::uint8_t {
    kNothing,        ///< it is enough that a token verifies, also one that has ended or was revoked
    kItself,         ///< it is enough that a token is signed with a key of this service, whatever else is wrong with it
    kOrg,            ///< the org
    kOrgOrApp,       ///< the org, or the app if the request names one
    kOrgOrItsApps,   ///< the same, or some app if the request names none: it is answered for these apps alone
    kAppElseOrg,     ///< the app if the request names one, else the org
    kOrgOrTokensApp  ///< the org, or the app of the token that the path names
  };
  To to = To::kNothing;
  libtoken::ActionMask action;
};

/// One line of the table of routes.
struct Route {
  std::string_view method;
  std::string_view path;  ///< exact; `{id}` stands for one or more characters but a slash
  AnsweredBy answered_by{};
  /// For kWorker.
  WorkerEndpoint answer = nullptr;
  /// For kStoreQueue.
  const StoreEndpoint* endpoint = nullptr;
  RequiredAccess access;
  Rated rated{};  ///< how often it may be asked for
  Lane lane{};    ///< kRevoke: kNarrowRevoke unless the caller may revoke every token of its org
  std::optional<libtoken::authority::AuditAction> audited_as;  ///< a refusal, in the audit; nothing: not recorded
};

/// A route, and the parts of the target that it leaves open.
struct RouteMatch {
  const Route* route = nullptr;  ///< lives as long as the program
  std::string_view id;           ///< what stands for `{id}`, not decoded
  std::string_view query;        ///< without its question mark
};

}  // namespace tokend
