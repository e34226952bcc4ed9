#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "service/service.h"

namespace tokenctl {

// What tokend's answers say (tokend/README.md). A result is empty if the answer does not have the form it should have.
// Only remote_service.cc includes this.

[[nodiscard]] std::optional<CreatedToken> read_created(const nlohmann::json& reply);
[[nodiscard]] std::optional<ListedToken> read_token(const nlohmann::json& reply);
[[nodiscard]] std::optional<std::vector<ListedToken>> read_tokens(const nlohmann::json& reply,
                                                                  const libtoken::authority::Org& org);
[[nodiscard]] std::optional<Revocation> read_revocation(const nlohmann::json& reply);
[[nodiscard]] std::optional<std::vector<libtoken::authority::Org>> read_orgs(const nlohmann::json& reply);
[[nodiscard]] std::optional<std::vector<ListedApp>> read_apps(const nlohmann::json& reply, const std::string& org_name);
[[nodiscard]] std::optional<std::vector<libtoken::authority::KeyInfo>> read_keys(const nlohmann::json& reply,
                                                                                 const libtoken::authority::Org& org);
[[nodiscard]] std::optional<libtoken::authority::KeyInfo> read_rotated(const nlohmann::json& reply,
                                                                       const libtoken::authority::Org& org);
[[nodiscard]] std::optional<std::vector<libtoken::authority::AuditEntry>> read_audit(const nlohmann::json& reply);

}  // namespace tokenctl
