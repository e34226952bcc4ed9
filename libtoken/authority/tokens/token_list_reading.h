#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "authority/store/sql.h"
#include "authority/tokens/token_list_plan.h"

// What the readers of a page share.
namespace libtoken::authority {

/// A token's place in the order of a list.
struct ListPlace {
  std::optional<SqlValue> key;  ///< nothing: the order has none
  long long created = 0;
  std::string id;
};

/// The rows that were found for a page.
struct FoundRows {
  std::vector<long long> rows;
  long long last_seen = 0;  ///< the last row that was looked at, listed or not
  std::size_t seen = 0;
  bool complete = false;  ///< none follow those that were looked at
};

/// The statement's next values; it keeps references to them.
void use_all(const std::vector<SqlValue>& values, soci::statement& statement);

/// Whether there are more than `most` rows in the range, counted in its index. Throws what SOCI throws.
[[nodiscard]] bool has_more_than(soci::session& sql, const IndexRange& range, long long most);

/// A page of the tokens of several apps (`question.match.apps`), in the order in which they were made: the apps' tokens
/// are read by key and merged, so that it costs what the page has and a little for each app, however many tokens there
/// are. Looks at `most_seen` rows at most. Throws what SOCI throws.
[[nodiscard]] FoundRows merge_apps(soci::session& sql, ListQuestion question, const std::optional<ListPlace>& after,
                                   std::size_t limit, std::size_t most_seen);

}  // namespace libtoken::authority
