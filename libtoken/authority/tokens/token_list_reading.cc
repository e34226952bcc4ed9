#include "authority/tokens/token_list_reading.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace libtoken::authority {
namespace {

/// Rows of one app that are read at once, at most.
constexpr std::size_t kChunk = 128;

// The tokens of one app that are still to come, in the order of the list.
class AppRows {
 public:
  struct Row {
    long long row = 0;
    bool is_listed = false;
    long long created = 0;
    std::string id;
    [[nodiscard]] std::tuple<long long, const std::string&> place() const { return {created, id}; }
  };

  AppRows(std::uint64_t app, const std::optional<ListPlace>& after, std::size_t chunk)
      : app_(static_cast<long long>(app)), chunk_(chunk) {
    if (after) read_to_ = {0, false, after->created, after->id};
    has_begun_ = after.has_value();
  }
  /// Reads on if that is needed. False: there are no more.
  bool has_next(soci::session& sql, const SqlCondition& listed, bool descending) {
    if (at_ == rows_.size() && !is_read_) read(sql, listed, descending);
    return at_ < rows_.size();
  }
  [[nodiscard]] const Row& next() const { return rows_[at_]; }
  void pass() { ++at_; }

 private:
  void read(soci::session& sql, const SqlCondition& listed, bool descending) {
    const std::string way = descending ? " DESC" : "";
    std::vector<SqlValue> values = listed.values;
    values.emplace_back(app_);
    if (has_begun_) {
      values.emplace_back(read_to_.created);
      values.emplace_back(read_to_.id);
    }
    values.emplace_back(static_cast<long long>(chunk_));
    std::vector<long long> rows(chunk_), is_listed(chunk_), created(chunk_);
    std::vector<std::string> ids(chunk_);
    soci::statement statement(sql);
    for (auto* numbers : {&rows, &is_listed, &created}) statement.exchange(soci::into(*numbers));
    statement.exchange(soci::into(ids));
    use_all(values, statement);
    statement.alloc();
    statement.prepare("SELECT rowid, " + listed.text +
                      ", created, id FROM tokens INDEXED BY tokens_by_app WHERE app = ?" +
                      (has_begun_ ? std::string(" AND (created, id)") + (descending ? " <" : " >") + " (?, ?)" : "") +
                      " ORDER BY created" + way + ", id" + way + " LIMIT ?");
    statement.define_and_bind();
    statement.execute();
    const std::size_t count = statement.fetch() ? rows.size() : 0;
    rows_.clear();
    at_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
      rows_.push_back({rows[i], is_listed[i] != 0, created[i], std::move(ids[i])});
    }
    is_read_ = count < chunk_;
    if (count > 0) read_to_ = rows_.back();
    has_begun_ = true;
    chunk_ = std::min(2 * chunk_, kChunk);
  }

  long long app_;
  std::size_t chunk_;
  std::vector<Row> rows_;
  std::size_t at_ = 0;
  Row read_to_;  // the place that it has been read to, if it has begun
  bool has_begun_ = false;
  bool is_read_ = false;  // to its end
};

}  // namespace

void use_all(const std::vector<SqlValue>& values, soci::statement& statement) {
  for (const SqlValue& value : values) {
    if (value.is_number) {
      statement.exchange(soci::use(value.number));
    } else {
      statement.exchange(soci::use(value.text));
    }
  }
}

bool has_more_than(soci::session& sql, const IndexRange& range, long long most) {
  long long count = 0;
  const long long limit = most + 1;
  soci::statement counted(sql);
  counted.exchange(soci::into(count));
  use_all(range.rows.values, counted);
  counted.exchange(soci::use(limit));
  counted.alloc();
  counted.prepare(std::string("SELECT count(*) FROM (SELECT 1 FROM tokens INDEXED BY ") + range.index + " WHERE " +
                  range.rows.text + " LIMIT ?)");
  counted.define_and_bind();
  counted.execute(true);
  return count > most;
}

FoundRows merge_apps(soci::session& sql, ListQuestion question, const std::optional<ListPlace>& after,
                     std::size_t limit, std::size_t most_seen) {
  const std::vector<std::uint64_t> apps = std::exchange(question.match.apps, std::nullopt).value();
  const SqlCondition listed = is_listed(question);
  const bool descending = question.sort.descending;
  const std::size_t first_chunk = std::clamp<std::size_t>(2 * limit / std::max<std::size_t>(apps.size(), 1), 1, kChunk);
  std::vector<AppRows> all;
  all.reserve(apps.size());
  std::vector<AppRows*> heap;  // of those that have more, with the next in the order of the list in front
  for (const std::uint64_t app : apps) {
    all.emplace_back(app, after, first_chunk);
    if (all.back().has_next(sql, listed, descending)) heap.push_back(&all.back());
  }
  const auto comes_later = [&](const AppRows* a, const AppRows* b) {
    return descending ? a->next().place() < b->next().place() : b->next().place() < a->next().place();
  };
  std::make_heap(heap.begin(), heap.end(), comes_later);
  FoundRows found;
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), comes_later);
    AppRows& first = *heap.back();
    // One more than the page has, to know whether it is the last.
    if ((found.rows.size() == limit && first.next().is_listed) || found.seen == most_seen) return found;
    found.last_seen = first.next().row;
    ++found.seen;
    if (first.next().is_listed) found.rows.push_back(first.next().row);
    first.pass();
    if (first.has_next(sql, listed, descending)) {
      std::push_heap(heap.begin(), heap.end(), comes_later);
    } else {
      heap.pop_back();
    }
  }
  found.complete = true;
  return found;
}

}  // namespace libtoken::authority
