#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/tokens/keyring.h"
#include "libtoken/json.h"
#include "output/listed.h"
#include "output/table.h"

namespace tokenctl {

// What the service lists, as text for people. Strings of others are escaped.

// `wide`: a table may be wider than the terminal.
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::Org>& orgs, bool wide);
[[nodiscard]] std::string to_text(const std::vector<ListedApp>& apps, bool wide);
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::KeyInfo>& keys, bool wide);
/// `orgs`: the orgs whose names are known.
[[nodiscard]] std::string to_text(const std::vector<libtoken::authority::AuditEntry>& entries,
                                  const std::vector<libtoken::authority::Org>& orgs, bool wide);

/// Writes a list of tokens to stdout as a table, of which it keeps only the beginning.
class TokenTable {
 public:
  struct Options {
    std::int64_t now_unix_s = 0;
    bool wide = false;
    std::vector<std::string> asked_about;  ///< headings of columns that a narrow table must show
    /// Whether the list may have tokens of several orgs. Asked if those at its beginning are all of one.
    std::function<bool()> may_have_several_orgs;
  };
  explicit TokenTable(Options options) : options_(std::move(options)) {}

  void add(ListedToken&& token);
  void finish();

 private:
  void begin(bool with_orgs);
  void add_row(const ListedToken& listed);

  const Options options_;
  std::vector<ListedToken> first_;  // until it is known whether there is a column for the org
  bool with_orgs_ = false;
  std::optional<LongTable> table_;
};

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
