#pragma once

#include <string>
#include <vector>

#include "service/service.h"

namespace tokenctl {

// What the service knows, for people. Text of others comes out escaped.

[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::Org>& orgs);
[[nodiscard]] std::string to_text(const std::vector<ListedApp>& apps);
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::KeyInfo>& keys);
[[nodiscard]] std::string to_text(const std::vector<ListedToken>& tokens, std::int64_t now_unix_s);
/// `orgs`: those whose names are known.
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::AuditEntry>& entries,
                                  const std::vector<libtoken::authority::Org>& orgs);

/// `a deploy token "ci" for ann@example.com, made with 67a1…`
[[nodiscard]] std::string describe(const ListedToken& token);

/// Somebody else's text in a sentence: in quotes, escaped, no longer than fits into one.
[[nodiscard]] std::string in_quotes(std::string_view text);
/// `"ci", "CI 2"`
[[nodiscard]] std::string in_quotes(const std::vector<std::string>& texts);

}  // namespace tokenctl
