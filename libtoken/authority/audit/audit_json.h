#pragma once

#include "libtoken/json.h"
#include <vector>

#include "authority/audit/audit.h"

namespace libtoken::authority {

/// The audit as tokend answers it and tokenctl --json shows it (tokend/README.md):
/// `{"entries":[{"number","at","actor","action","refused","org","object","detail"}]}`. The actor is `{"token","for"}` or
/// `{"user"}`, with `peer` if there is one; org is an id, or null.
[[nodiscard]] libtoken::OrderedJson audit_to_json(const std::vector<AuditEntry>& entries);
/// The same, read back. Error: kMalformed.
[[nodiscard]] Result<std::vector<AuditEntry>> audit_from_json(const libtoken::Json& reply);

}  // namespace libtoken::authority
