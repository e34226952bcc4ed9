#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// What was done, or was requested and refused.
enum class AuditAction : std::uint8_t {
  kMint,
  kRevoke,
  kKeyRotate,
  kKeyRetire,
  kKeyRewrap,
  kOrgCreate,
  kOrgRename,
  kOrgDelete,
  kAppCreate,
  kAppRename,
  kAppDelete,
  kPrune,
  kRestore,
};
/// "mint", "revoke", "keys.rotate", … as in the store and in answers.
[[nodiscard]] const char* to_string(AuditAction action) noexcept;

/// One entry of the audit. It never holds a token, a key or a ticket.
struct AuditEntry {
  std::int64_t number = 0;  ///< counts up, and is never used twice
  std::int64_t at_unix_s = 0;
  Actor actor;
  AuditAction action{};
  bool refused = false;
  std::uint64_t org = 0;  ///< the org's id, also if the org was deleted since; 0: not about a single org
  std::string object;     ///< a token's or a key's id, or an org's or an app's name
  std::string detail;     ///< more about it, for people; "" for most
};

struct AuditFilter {
  std::optional<std::uint64_t> org;
  std::optional<std::int64_t> since_unix_s;  ///< entries of this time or later
  std::size_t limit = 1000;                  ///< how many at most, the newest ones
};

/// How many entries an answer over HTTP or of the command line has at most.
inline constexpr std::size_t kMaxAuditEntries = 10'000;

/// The entries that the filter asks for, in the order of their numbers. Of an org, its newest are those with the latest
/// times, which are found by an index: it costs what is listed. Error: kUnusableStore.
[[nodiscard]] Result<std::vector<AuditEntry>> list_audit(Store& store, const AuditFilter& filter);

/// What a token that verified asked for and was refused. `object` and `detail` may hold what the request said: they are
/// escaped and cut to 100 and 500 bytes in the audit, and a token in them is left out.
struct RefusedRequest {
  Actor actor;
  AuditAction action{};
  std::uint64_t org = 0;
  std::string object;
  std::string detail;
  std::size_t unrecorded = 0;  ///< how many more of the token, or of others that descend from its first maker, were
                               ///< refused before this one and not recorded
};

/// Adds an entry to the audit for each, in one transaction. (What was done, and not refused, is recorded in the same
/// transaction that does it.)
[[nodiscard]] Result<void> record_refusals(Store& store, const std::vector<RefusedRequest>& refused,
                                           std::int64_t now_unix_s);

}  // namespace libtoken::authority
