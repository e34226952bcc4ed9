#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/json.h"

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/tokens/keyring.h"
#include "output/listed.h"

namespace tokenctl {

// What the service lists, for people. Texts of others are escaped.

[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::Org>& orgs);
[[nodiscard]] std::string to_text(const std::vector<ListedApp>& apps);
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::KeyInfo>& keys);
[[nodiscard]] std::string to_text(const std::vector<ListedToken>& tokens, std::int64_t now_unix_s);
/// `orgs`: the orgs whose names are known.
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::AuditEntry>& entries,
                                  const std::vector<libtoken::authority::Org>& orgs);

/// `a deploy token "ci" for ann@example.com, made with 67a1…`
[[nodiscard]] std::string describe(const ListedToken& token);

/// A text of others for use in a sentence: in quotes, escaped, and shortened if it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);
/// `"ci", "CI 2"`
[[nodiscard]] std::string in_quotes(const std::vector<std::string>& texts);

}  // namespace tokenctl
