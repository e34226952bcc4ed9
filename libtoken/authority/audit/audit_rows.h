#pragma once

#include <cstdint>
#include <string>

#include "authority/audit/actor.h"
#include "authority/audit/audit.h"
#include "authority/store/sql.h"

// The table `audit`, for whoever changes something and is inside the transaction that does.
namespace libtoken::authority {

/// What was done, for the audit. The fields mean the same as in an AuditEntry.
struct AuditEvent {
  AuditAction action{};
  std::uint64_t org = 0;
  std::string object;
  std::string detail;
};

/// Adds an entry to the audit, and makes its time the store's newest record if it is later. Throws what SOCI throws.
void insert_audit(soci::session& sql, const AuditEvent& event, const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
