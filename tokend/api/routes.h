#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "api/endpoints.h"
#include "api/verify.h"
#include "authority/audit/audit.h"
#include "libtoken/access.h"
#include "net/http.h"
#include "state/store_job.h"

namespace tokend {

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
    kNothing,        ///< it is enough that a token verifies
    kOrg,            ///< the org
    kOrgOrApp,       ///< the org, or the app if the request names one
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
  Lane lane{};  ///< kRevoke: kNarrowRevoke unless the caller may revoke every token of its org
  std::optional<libtoken::authority::AuditAction> audited_as;  ///< what a refusal is in the audit; nothing: not recorded
};

/// A route, and the parts of the target that it leaves open.
struct RouteMatch {
  const Route* route = nullptr;  ///< lives as long as the program
  std::string_view id;           ///< what stands for `{id}`, not decoded
  std::string_view query;        ///< without its question mark
};

/// The route of a request. Only the routes of the store queue take a query. The refusal is a 404 `not_found`, or a 405
/// with `Allow`.
[[nodiscard]] tl::expected<RouteMatch, Response> find_route(std::string_view method, std::string_view target);

/// Whether a request with this method and target is answered by a job: by the batch pool or the store queue. A path of
/// the store queue counts whatever the method.
[[nodiscard]] bool is_answered_later(std::string_view method, std::string_view target) noexcept;

/// How many bytes the body of a request may have.
[[nodiscard]] std::size_t max_body_bytes(std::string_view method, std::string_view target) noexcept;

}  // namespace tokend
