#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/store/store.h"

namespace libtoken::authority {

/// What was done, or was asked for and refused.
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

/// One line of the audit. Never a token, a key or a ticket.
struct AuditEntry {
  std::int64_t number = 0;  ///< counts up; never given twice
  std::int64_t at_unix_s = 0;
  Actor actor;
  AuditAction action{};
  bool refused = false;
  std::uint64_t org = 0;  ///< 0: of no one org. It stays when the org is gone
  std::string object;     ///< a token's id, a key's id, an org's or an app's name
  std::string detail;     ///< one sentence for people; "" for most
};

struct AuditFilter {
  std::optional<std::uint64_t> org;
  std::optional<std::int64_t> since_unix_s;  ///< at it or later
  std::size_t limit = 1000;                  ///< the newest so many
};

/// How many entries whoever asks over HTTP or at the command line is given at most.
inline constexpr std::size_t kMaxAuditEntries = 10'000;

/// Newest last.
[[nodiscard]] Result<std::vector<AuditEntry>> list_audit(Store& store, const AuditFilter& filter);

/// What a token that verified asked for and was refused. `object` and `detail` may hold what the request said: they are
/// escaped and cut to 100 and 500 bytes in the audit, and a token in them is left out.
struct RefusedRequest {
  Actor actor;
  AuditAction action{};
  std::uint64_t org = 0;
  std::string object;
  std::string detail;
  std::size_t unrecorded = 0;  ///< how many more of the same token were refused before this one and not recorded
};

/// Adds an entry to the audit for each, in one transaction. (What was done, and not refused, is recorded in the same
/// transaction that does it.)
[[nodiscard]] Result<void> record_refusals(Store& store, const std::vector<RefusedRequest>& refused,
                                           std::int64_t now_unix_s);

}  // namespace libtoken::authority
