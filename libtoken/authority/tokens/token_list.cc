#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "authority/store/store_state.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/token_list_plan.h"
#include "authority/tokens/token_list_reading.h"
#include "authority/tokens/token_rows.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

/// So many rows are looked at for a page beside twice its limit. If that is not enough to fill it, a set of at most as
/// many that holds the whole list is looked for, and sorted.
constexpr std::size_t kMostPassedOver = 4'000;
/// Rows that are read at once.
constexpr std::size_t kChunk = 128;

constexpr std::array kOrders = {TokenOrder::kCreated, TokenOrder::kName, TokenOrder::kHolder, TokenOrder::kEnd,
                                TokenOrder::kLastUsed};

class ListReader {
 public:
  ListReader(soci::session& sql, ListQuestion question)
      : sql_(sql), question_(std::move(question)), listed_(is_listed(question_)) {}

  [[nodiscard]] FoundRows find(const std::optional<ListPlace>& after, std::size_t limit) {
    if (const auto of_apps = range_of_apps(question_)) return find_in_apps(*of_apps, after, limit);
    const IndexRange range = range_to_read(question_);
    if (!range.in_order) return sorted(range, after, limit);
    // Those that end soon, or were not used for long, are mostly few, and few of those that would be passed over.
    const bool is_choosy = question_.ending_before_unix_s || question_.unused_since_unix_s;
    if (is_choosy && !range.key_bounds) {
      if (const auto smaller = small_range()) return sorted(*smaller, after, limit);
    }
    FoundRows found = in_order(range, after, limit, kMostPassedOver + 2 * limit);
    if (found.complete || found.rows.size() >= limit) return found;
    if (is_choosy) return found;
    if (const auto smaller = small_range()) return sorted(*smaller, after, limit);
    return found;
  }

  [[nodiscard]] FoundRows find_in_apps(const IndexRange& of_apps, const std::optional<ListPlace>& after,
                                       std::size_t limit) {
    if (is_small(of_apps)) return sorted(of_apps, after, limit);
    if (question_.sort.by == TokenOrder::kCreated) {
      FoundRows found = merge_apps(sql_, question_, after, limit, kMostPassedOver + 2 * limit);
      if (found.complete || found.rows.size() >= limit) return found;
      if (const auto smaller = small_range()) return sorted(*smaller, after, limit);
      return found;
    }
    if (const auto smaller = small_range()) return sorted(*smaller, after, limit);
    return sorted(of_apps, after, limit);
  }

  /// All rows of the list in its order, where no index has it.
  [[nodiscard]] std::optional<std::vector<long long>> all_sorted() {
    const IndexRange range = range_to_read(question_);
    if (range.in_order) return std::nullopt;
    return sorted(range, std::nullopt, std::numeric_limits<std::size_t>::max()).rows;
  }

  [[nodiscard]] ListPlace place_of(long long row) {
    ListPlace place;
    const std::string key = order_key(question_.sort.by);
    if (key.empty()) {
      sql_ << "SELECT created, id FROM tokens WHERE rowid = :row", soci::use(row), soci::into(place.created),
          soci::into(place.id);
    } else if (is_text_key(question_.sort.by)) {
      std::string text;
      sql_ << "SELECT " + key + ", created, id FROM tokens WHERE rowid = :row", soci::use(row), soci::into(text),
          soci::into(place.created), soci::into(place.id);
      place.key.emplace(std::move(text));
    } else {
      long long number = 0;
      sql_ << "SELECT " + key + ", created, id FROM tokens WHERE rowid = :row", soci::use(row), soci::into(number),
          soci::into(place.created), soci::into(place.id);
      place.key.emplace(number);
    }
    return place;
  }

 private:
  // A statement with its values. SOCI keeps references to them, and to the rows.
  class Rows {
   public:
    Rows(soci::session& sql, const std::string& text, std::vector<SqlValue> values)
        : values_(std::move(values)), rows_(kChunk), listed_(kChunk), statement_(sql) {
      statement_.exchange(soci::into(rows_));
      statement_.exchange(soci::into(listed_));
      use_all(values_, statement_);
      statement_.alloc();
      statement_.prepare(text);
      statement_.define_and_bind();
      statement_.execute();
    }
    // False: there are no more.
    bool next(long long& row, bool& is_listed) {
      if (at_ == have_) {
        rows_.resize(kChunk);
        listed_.resize(kChunk);
        if (!statement_.fetch()) return false;
        at_ = 0;
        have_ = rows_.size();
        if (have_ == 0) return false;
      }
      row = rows_[at_];
      is_listed = listed_[at_] != 0;
      ++at_;
      return true;
    }

   private:
    std::vector<SqlValue> values_;
    std::vector<long long> rows_;
    std::vector<long long> listed_;
    std::size_t at_ = 0;
    std::size_t have_ = 0;
    soci::statement statement_;
  };

  // A part of what is read, in the order of the list.
  struct Part {
    SqlCondition rows;
    bool is_by_time = false;  // its rows are equal in what the list is ordered by
  };

  [[nodiscard]] std::string order_by(bool is_by_time) const {
    const char* const way = question_.sort.descending ? " DESC" : "";
    const std::string key = is_by_time ? "" : order_key(question_.sort.by);
    return " ORDER BY " + (key.empty() ? "" : key + way + ", ") + "created" + way + ", id" + way;
  }
  [[nodiscard]] Rows rows_of(const IndexRange& range, const Part& part) {
    std::vector<SqlValue> values = listed_.values;
    for (const SqlCondition* condition : {&range.rows, &part.rows}) {
      values.insert(values.end(), condition->values.begin(), condition->values.end());
    }
    return {sql_,
            "SELECT rowid, " + listed_.text + " FROM tokens INDEXED BY " + range.index + " WHERE " + range.rows.text +
                " AND " + part.rows.text + order_by(part.is_by_time),
            std::move(values)};
  }

  // What follows a place: first what is equal in the order's key, then what is not. One after the other, because SQLite
  // searches an index by several columns at once only where all are plain columns.
  [[nodiscard]] std::vector<Part> following(const IndexRange& range, const std::optional<ListPlace>& after) const {
    const std::string key = order_key(question_.sort.by);
    if (!after && !range.key_bounds) return {{{"1 = 1", {}}, false}};
    if (!after) return {{{key + " BETWEEN ? AND ?", {range.key_bounds->first, range.key_bounds->second}}, false}};
    const bool down = question_.sort.descending;
    const std::string than = down ? " < " : " > ";
    const SqlCondition later{"(created, id)" + than + "(?, ?)", {after->created, after->id}};
    if (!after->key) return {{later, true}};
    Part equal{{key + " = ? AND " + later.text, {*after->key}}, true};
    equal.rows.values.insert(equal.rows.values.end(), later.values.begin(), later.values.end());
    if (!range.key_bounds) return {std::move(equal), {{key + than + "?", {*after->key}}, false}};
    // A place outside of the bounds has all of the list before or behind it.
    const auto [first, last] = *range.key_bounds;
    const long long at = after->key->number;
    const auto between = [&](long long from, long long to) {
      return Part{{key + " BETWEEN ? AND ?", {from, to}}, false};
    };
    if (at < first || at > last) return (at > last) == down ? std::vector{between(first, last)} : std::vector<Part>{};
    if (at == (down ? first : last)) return {std::move(equal)};
    return {std::move(equal), down ? between(first, at - 1) : between(at + 1, last)};
  }

  [[nodiscard]] FoundRows in_order(const IndexRange& range, const std::optional<ListPlace>& after, std::size_t limit,
                                   std::size_t most_seen) {
    FoundRows found;
    for (const Part& part : following(range, after)) {
      Rows rows = rows_of(range, part);
      long long row = 0;
      bool is_listed = false;
      while (rows.next(row, is_listed)) {
        // One more than the page has, to know whether it is the last.
        if (found.rows.size() == limit && is_listed) return found;
        if (found.seen == most_seen) return found;
        if (is_listed || range.in_order) found.last_seen = row;
        ++found.seen;
        if (is_listed) found.rows.push_back(row);
      }
    }
    found.complete = true;
    return found;
  }

  [[nodiscard]] FoundRows sorted(const IndexRange& range, const std::optional<ListPlace>& after, std::size_t limit) {
    return in_order(range, after, limit, std::numeric_limits<std::size_t>::max());
  }

  [[nodiscard]] std::optional<IndexRange> small_range() {
    for (IndexRange& range : ranges_to_sort(question_)) {
      if (is_small(range)) return std::move(range);
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_small(const IndexRange& range) {
    return !has_more_than(sql_, range, static_cast<long long>(kMostPassedOver));
  }

  soci::session& sql_;
  const ListQuestion question_;
  const SqlCondition listed_;
};

Result<ListQuestion> question_of(soci::session& sql, const TokenFilter& filter, std::int64_t now_unix_s,
                                 const TokenSort& sort) {
  auto match = match_of(sql, filter);
  if (!match) return tl::unexpected(match.error());
  ListQuestion question;
  question.match = std::move(*match);
  question.made_by = filter.made_by;
  question.expired = filter.expired;
  question.revoked = filter.revoked;
  question.ending_before_unix_s = filter.ending_before_unix_s;
  question.unused_since_unix_s = filter.unused_since_unix_s;
  question.sort = sort;
  question.now_unix_s = now_unix_s;
  return question;
}

Result<long long> row_of(soci::session& sql, const TokenId& id, const TokenMatch& match) {
  const std::string text = to_string(id);
  long long row = 0;
  long long org = 0;
  long long app = 0;
  sql << "SELECT rowid, org, coalesce(app, 0) FROM tokens WHERE id = :id", soci::use(text), soci::into(row),
      soci::into(org), soci::into(app);
  // A caller who may see the tokens of some apps must not learn of others.
  const auto is_app = [&](std::uint64_t one) { return static_cast<long long>(one) == app; };
  const bool of_apps = !match.apps || std::any_of(match.apps->begin(), match.apps->end(), is_app);
  if (!sql.got_data() || (match.org && org != *match.org) || (match.app && app != *match.app) || !of_apps) {
    return fail(ErrorKind::kNotFound, "no token with the id " + text + " is in the list");
  }
  return row;
}

Result<TokenId> id_of(const ListPlace& place) {
  auto id = parse_token_id(place.id);
  if (!id) return damaged("the record of an issued token has an id that is not one");
  return id;
}

}  // namespace

const char* to_string(TokenOrder order) noexcept {
  switch (order) {
    case TokenOrder::kCreated: return "created";
    case TokenOrder::kName: return "name";
    case TokenOrder::kHolder: return "for";
    case TokenOrder::kEnd: return "expires";
    case TokenOrder::kLastUsed: return "last_used";
  }
  return "";
}

Result<TokenOrder> parse_token_order(std::string_view text) {
  std::string names;
  for (const TokenOrder order : kOrders) {
    if (text == to_string(order)) return order;
    names += std::string(names.empty() ? "" : ", ") + to_string(order);
  }
  return fail(ErrorKind::kInvalidArgument,
              "a list is not ordered by \"" + escape_untrusted(text, 64) + "\": there are " + names);
}

Result<TokenPage> list_page(Store& store, const TokenFilter& filter, const std::optional<TokenId>& after,
                            std::size_t limit, std::int64_t now_unix_s, const TokenSort& sort) {
  if (limit < 1 || limit > kMaxPageTokens) {
    return fail(ErrorKind::kInvalidArgument, "a page has from 1 to " + std::to_string(kMaxPageTokens) + " tokens");
  }
  return read_transaction(store, [&](soci::session& sql) -> Result<TokenPage> {
    auto question = question_of(sql, filter, now_unix_s, sort);
    if (!question) return tl::unexpected(question.error());
    std::optional<long long> from;
    if (after) {
      auto row = row_of(sql, *after, question->match);
      if (!row) return tl::unexpected(row.error());
      from = *row;
    }
    ListReader reader(sql, std::move(*question));
    const FoundRows found = reader.find(from ? std::optional(reader.place_of(*from)) : std::nullopt, limit);
    auto tokens = select_rows(sql, found.rows);
    if (!tokens) return tl::unexpected(tokens.error());
    TokenPage page{std::move(*tokens), std::nullopt};
    if (!found.complete) {
      const auto id = id_of(reader.place_of(found.last_seen));
      if (!id) return tl::unexpected(id.error());
      page.next = *id;
    }
    return page;
  });
}

Result<void> for_each_listed(Store& store, const TokenFilter& filter, std::int64_t now_unix_s, const TokenSort& sort,
                             const std::function<bool(IssuedToken&&)>& take) {
  std::optional<ListPlace> place;
  std::optional<std::vector<long long>> all;  // where only the whole list can be brought into its order
  std::size_t taken_of_all = 0;
  bool is_first = true;
  for (;;) {
    bool is_last = false;
    auto tokens = read_transaction(store, [&](soci::session& sql) -> Result<std::vector<IssuedToken>> {
      auto question = question_of(sql, filter, now_unix_s, sort);
      if (!question) return tl::unexpected(question.error());
      ListReader reader(sql, std::move(*question));
      if (std::exchange(is_first, false)) all = reader.all_sorted();
      if (all) {
        const auto from = all->begin() + static_cast<std::ptrdiff_t>(taken_of_all);
        const std::size_t count = std::min(kDefaultPageTokens, all->size() - taken_of_all);
        taken_of_all += count;
        is_last = taken_of_all == all->size();
        return select_rows(sql, {from, from + static_cast<std::ptrdiff_t>(count)});
      }
      const FoundRows found = reader.find(place, kDefaultPageTokens);
      is_last = found.complete;
      if (!is_last) place = reader.place_of(found.last_seen);
      return select_rows(sql, found.rows);
    });
    if (!tokens) return tl::unexpected(tokens.error());
    for (IssuedToken& token : *tokens) {
      if (!take(std::move(token))) return {};
    }
    if (is_last) return {};
  }
}

Result<std::vector<IssuedToken>> list_tokens(Store& store, const TokenFilter& filter, std::int64_t now_unix_s,
                                             const TokenSort& sort) {
  std::vector<IssuedToken> tokens;
  auto listed = for_each_listed(store, filter, now_unix_s, sort, [&](IssuedToken&& token) {
    tokens.push_back(std::move(token));
    return true;
  });
  if (!listed) return tl::unexpected(listed.error());
  return tokens;
}

}  // namespace libtoken::authority
