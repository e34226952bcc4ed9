#pragma once

#include <vector>

#include "authority/audit/audit.h"
#include "libtoken/json.h"

namespace libtoken::authority {

/// The audit as tokend answers it and tokenctl --json shows it (tokend/README.md):
/// `{"entries":[{"number","at","actor","action","refused","org","object","detail"}]}`. The actor is `{"token","for"}`
/// or
/// `{"user"}`, with `peer` if there is one; org is an id, or null.
[[nodiscard]] OrderedJson audit_to_json(const std::vector<AuditEntry>& entries);
/// The same, read back. Error: kMalformed.
[[nodiscard]] Result<std::vector<AuditEntry>> audit_from_json(const Json& reply);

}  // namespace libtoken::authority
