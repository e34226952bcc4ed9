#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/tokens/keyring.h"
#include "libtoken/json.h"
#include "output/listed.h"

namespace tokenctl {

// What the service lists, as text for people. Strings of others are escaped.

// `wide`: a table may be wider than the terminal.
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::Org>& orgs, bool wide);
[[nodiscard]] std::string to_text(const std::vector<ListedApp>& apps, bool wide);
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::KeyInfo>& keys, bool wide);
[[nodiscard]] std::string to_text(const std::vector<ListedToken>& tokens, std::int64_t now_unix_s, bool wide,
                                  const std::vector<std::string>& asked_about);
/// `orgs`: the orgs whose names are known.
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::AuditEntry>& entries,
                                  const std::vector<libtoken::authority::Org>& orgs, bool wide);

/// The names of the columns of a list of tokens as CSV, and a token as a line of it.
[[nodiscard]] std::string csv_headings();
[[nodiscard]] std::string to_csv(const ListedToken& token);

/// `a deploy token "ci" for ann@example.com, made with 67a1…`
[[nodiscard]] std::string describe(const ListedToken& token);

/// A text of others for use in a sentence: in quotes, escaped, and shortened if it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);
/// `"ci", "CI 2"`
[[nodiscard]] std::string in_quotes(const std::vector<std::string>& texts);

}  // namespace tokenctl
