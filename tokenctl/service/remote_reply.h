#pragma once

#include <optional>
#include <vector>

#include "libtoken/json.h"

#include "service/service.h"

namespace tokenctl {

// What tokend's answers say (tokend/README.md). A result is empty if the answer does not have the form it should have.
// Only remote_service.cc includes this.

[[nodiscard]] std::optional<CreatedToken> read_created(const libtoken::Json& reply);
[[nodiscard]] std::optional<ListedToken> read_token(const libtoken::Json& reply);
[[nodiscard]] std::optional<std::vector<ListedToken>> read_tokens(const libtoken::Json& reply,
                                                                  const libtoken::authority::Org& org);
[[nodiscard]] std::optional<Revocation> read_revocation(const libtoken::Json& reply);
[[nodiscard]] std::optional<std::vector<libtoken::authority::Org>> read_orgs(const libtoken::Json& reply);
[[nodiscard]] std::optional<std::vector<ListedApp>> read_apps(const libtoken::Json& reply, const std::string& org_name);
[[nodiscard]] std::optional<std::vector<libtoken::authority::KeyInfo>> read_keys(const libtoken::Json& reply,
                                                                                 const libtoken::authority::Org& org);
[[nodiscard]] std::optional<libtoken::authority::KeyInfo> read_rotated(const libtoken::Json& reply,
                                                                       const libtoken::authority::Org& org);
[[nodiscard]] std::optional<std::vector<libtoken::authority::AuditEntry>> read_audit(const libtoken::Json& reply);

}  // namespace tokenctl
