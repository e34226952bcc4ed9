#include "authority/tokens/token_matches.h"

#include <limits>
#include <string>
#include <utility>

#include "authority/store/store_state.h"
#include "authority/tokens/token_list_plan.h"
#include "authority/tokens/token_list_reading.h"

namespace libtoken::authority {
namespace {

// The range with the fewest rows, about. A million entries of an index are counted in the time in which some ten
// thousand rows are read.
IndexRange smallest(soci::session& sql, std::vector<IndexRange> ranges) {
  constexpr long long kFirst = 1'000;
  constexpr long long kLast = 1'000'000;
  constexpr long long kTimes = 10;
  if (ranges.size() > 1) {
    for (long long most = kFirst; most <= kLast; most *= kTimes) {
      for (IndexRange& range : ranges) {
        if (!has_more_than(sql, range, most)) return std::move(range);
      }
    }
  }
  return std::move(ranges.back());
}

}  // namespace

Result<LivingTokens> select_living(soci::session& sql, const TokenMatch& match, std::int64_t ends_from_unix_s,
                                   const std::optional<std::int64_t>& ends_by_unix_s, std::size_t most_revoked) {
  ListQuestion question;
  question.match = match;
  question.now_unix_s = ends_from_unix_s;
  question.ending_before_unix_s = ends_by_unix_s;
  std::vector<IndexRange> ranges = ranges_to_sort(question);
  if (ranges.empty()) ranges.push_back({"tokens_by_created", {"1 = 1", {}}});
  const IndexRange range = smallest(sql, std::move(ranges));
  const SqlCondition wanted = is_of_match(question.match);

  constexpr std::size_t kRows = 1'000;
  const long long from = ends_from_unix_s;
  const long long by = ends_by_unix_s.value_or(std::numeric_limits<std::int64_t>::max());
  std::vector<std::string> ids(kRows);
  std::vector<int> revoked(kRows);
  soci::statement rows(sql);
  rows.exchange(soci::into(ids));
  rows.exchange(soci::into(revoked));
  use_all(range.rows.values, rows);
  use_all(wanted.values, rows);
  rows.exchange(soci::use(from));
  rows.exchange(soci::use(by));
  rows.alloc();
  rows.prepare(std::string("SELECT id, EXISTS (SELECT 1 FROM revocations WHERE revocations.id = tokens.id) FROM tokens"
                           " INDEXED BY ") +
               range.index + " WHERE " + range.rows.text + " AND " + wanted.text +
               " AND coalesce(not_after, 9223372036854775807) BETWEEN ? AND ? ORDER BY created, id");
  rows.define_and_bind();
  rows.execute();

  LivingTokens found;
  while (rows.fetch()) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (revoked[i] != 0 && found.revoked.size() == most_revoked) {
        ++found.revoked_left_out;
        continue;
      }
      const auto id = parse_token_id(ids[i]);
      if (!id) return damaged("the record of an issued token has an id that is not one");
      (revoked[i] != 0 ? found.revoked : found.unrevoked).push_back(*id);
    }
    ids.resize(kRows);
    revoked.resize(kRows);
  }
  return found;
}

}  // namespace libtoken::authority
