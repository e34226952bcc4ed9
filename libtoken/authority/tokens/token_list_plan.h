#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "authority/store/sql.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/token_rows.h"

// How a list of tokens is read from the table `tokens` without reading all of it.
namespace libtoken::authority {

/// A value that a statement is given.
struct SqlValue {
  SqlValue(long long value) : number(value), is_number(true) {}  // NOLINT(google-explicit-constructor)
  SqlValue(std::string value) : text(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  long long number = 0;
  std::string text;
  bool is_number = false;
};

/// A condition in SQL, with `?` for each of its values.
struct SqlCondition {
  std::string text;
  std::vector<SqlValue> values;
};

/// Which tokens, and in which order: a TokenFilter whose names were looked up.
struct ListQuestion {
  TokenMatch match;
  std::optional<MadeBy> made_by;
  bool expired = false;
  bool revoked = false;
  std::optional<std::int64_t> ending_before_unix_s;
  std::optional<std::int64_t> unused_since_unix_s;
  TokenSort sort;
  std::int64_t now_unix_s = 0;
};

/// The expression in SQL that the order compares first; "": nothing but the time and the id, which come last in every
/// order. Lists by name and by holder compare texts, the others numbers.
[[nodiscard]] const char* order_key(TokenOrder order) noexcept;
[[nodiscard]] bool is_text_key(TokenOrder order) noexcept;

/// The rows of `tokens` that an index finds.
struct IndexRange {
  const char* index;
  SqlCondition rows;
  /// The rows come in the order of the list, so that a page can be read without the others.
  bool in_order = false;
  /// Only rows with an order_key() from `first` to `second` can be in the list.
  std::optional<std::pair<long long, long long>> key_bounds = std::nullopt;
};

/// The best range to read a page of the list from.
[[nodiscard]] IndexRange range_to_read(const ListQuestion& question);
/// The tokens of several apps, if the list is of these: not in its order. Nothing: it is not, or of one app.
[[nodiscard]] std::optional<IndexRange> range_of_apps(const ListQuestion& question);
/// Ranges that hold the whole list, which may be much smaller than range_to_read(), but are not in its order.
[[nodiscard]] std::vector<IndexRange> ranges_to_sort(const ListQuestion& question);
/// Whether a row has what the match asks for: org, app, apps, name, holder, profile.
[[nodiscard]] SqlCondition is_of_match(const TokenMatch& match);
/// An expression that is 1 for the rows of the list among those of any range, else 0.
[[nodiscard]] SqlCondition is_listed(const ListQuestion& question);

}  // namespace libtoken::authority
