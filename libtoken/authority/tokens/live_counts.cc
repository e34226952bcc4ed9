#include "authority/tokens/live_counts.h"

#include <algorithm>
#include <string>

#include "authority/store/schema.h"

namespace libtoken::authority {
namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;

// Whose tokens are counted, in SQL.
struct Scope {
  const char* name;        // live_counts.scope
  const char* by_end;      // the index that has the ends of its tokens
  const char* by_created;  // the index that has the times at which they were made
  const char* whose;       // finds them by :who
  const char* own;         // which of them :who made itself
};
constexpr Scope kOrg{"org", "tokens_by_org_end", "tokens_by_org", "tokens.org = CAST(:who AS INTEGER)", "0"};
constexpr Scope kFirstMaker{"first_maker", "tokens_by_first_maker", "tokens_by_first_maker",
                            "tokens.first_maker = :who", "tokens.maker IS tokens.first_maker"};

// In the second of its end a token is still good.
constexpr const char* kEnd = "coalesce(tokens.not_after, 9223372036854775807)";

std::string counting(const Scope& scope, const char* index) {
  return std::string("SELECT count(*), coalesce(sum(") + scope.own + "), 0) FROM tokens INDEXED BY " + index +
         " WHERE " + scope.whose;
}

std::string query_of(const Scope& scope, const char* ends) {
  return counting(scope, scope.by_end) + " AND " + kEnd + ends +
         " AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = tokens.id)"
         " AND EXISTS (SELECT 1 FROM keys WHERE keys.kid = tokens.kid AND keys.state <> 'retired')";
}

// Of all that are counted, and of those that :who made itself.
struct Number {
  long long all = 0;
  long long own = 0;
};

Number count_made(soci::session& sql, const Scope& scope, const std::string& who, long long day) {
  Number made;
  sql << counting(scope, scope.by_created) + " AND tokens.created >= :day", soci::use(who), soci::use(day),
      soci::into(made.all), soci::into(made.own);
  return made;
}

MakerCounts counts_of(const Number& live, const Number& made) {
  const auto number = [](long long of) { return static_cast<std::size_t>(std::max<long long>(of, 0)); };
  return {{number(live.own), number(made.own)}, {number(live.all - live.own), number(made.all - made.own)}};
}

MakerCounts count(soci::session& sql, const Scope& scope, const std::string& who, std::int64_t now_unix_s) {
  const std::string name = scope.name;
  const long long now = now_unix_s;
  const long long today = now - now % kDay;
  Number live;
  Number made;
  long long as_of = 0;
  long long day = 0;
  sql << "SELECT live, own_live, as_of, day, made, own_made FROM live_counts WHERE scope = :scope AND who = :who",
      soci::use(name), soci::use(who), soci::into(live.all), soci::into(live.own), soci::into(as_of), soci::into(day),
      soci::into(made.all), soci::into(made.own);
  if (!sql.got_data()) {
    sql << query_of(scope, " >= :now"), soci::use(who), soci::use(now), soci::into(live.all), soci::into(live.own);
    made = count_made(sql, scope, who, today);
    sql << "INSERT INTO live_counts (scope, who, live, own_live, as_of, day, made, own_made) VALUES"
           " (:scope, :who, :live, :own_live, :now, :day, :made, :own_made)",
        soci::use(name), soci::use(who), soci::use(live.all), soci::use(live.own), soci::use(now), soci::use(today),
        soci::use(made.all), soci::use(made.own);
    return counts_of(live, made);
  }
  for (long long* one : {&live.all, &live.own, &made.all, &made.own})
    *one = std::clamp(*one, -kLargestCount, kLargestCount);
  if (as_of < now) {
    Number ended;
    const long long last = now - 1;
    sql << query_of(scope, " BETWEEN :as_of AND :last"), soci::use(who), soci::use(as_of), soci::use(last),
        soci::into(ended.all), soci::into(ended.own);
    live.all -= ended.all;
    live.own -= ended.own;
    sql << "UPDATE live_counts SET live = :live, own_live = :own_live, as_of = :now WHERE scope = :scope AND who = "
           ":who",
        soci::use(live.all), soci::use(live.own), soci::use(now), soci::use(name), soci::use(who);
  }
  if (day < today) {
    made = {};  // the first that is made today brings the day along
  } else if (day > today) {
    // A clock was ahead, and what it made counts for its day.
    made = count_made(sql, scope, who, today);
    sql << "UPDATE live_counts SET made = :made, own_made = :own_made, day = :day WHERE scope = :scope AND who = :who",
        soci::use(made.all), soci::use(made.own), soci::use(today), soci::use(name), soci::use(who);
  }
  return counts_of(live, made);
}

Result<void> check(const char* who, const TokenCounts& there, std::size_t live_limit, std::size_t made_limit,
                   std::int64_t now_unix_s) {
  if (live_limit != 0 && there.live >= live_limit) {
    return fail(ErrorKind::kLimit, std::string(who) + " has as many live tokens as it may have, " +
                                       std::to_string(live_limit) + ": revoke some, or let them end sooner");
  }
  if (made_limit != 0 && there.made_today >= made_limit) {
    Error error{ErrorKind::kLimit, std::string(who) + " has made as many tokens as it may in a day, " +
                                       std::to_string(made_limit) + ": the next day begins at midnight UTC"};
    error.retry_after_s = kDay - now_unix_s % kDay;
    return tl::unexpected(std::move(error));
  }
  return {};
}

}  // namespace

TokenCounts count_of_org(soci::session& sql, std::uint64_t org, std::int64_t now_unix_s) {
  return count(sql, kOrg, std::to_string(org), now_unix_s).further;
}

MakerCounts count_of_first_maker(soci::session& sql, const std::string& first_maker, std::int64_t now_unix_s) {
  return count(sql, kFirstMaker, first_maker, now_unix_s);
}

Result<void> check_limits(soci::session& sql, const MintLimits& limits, std::uint64_t org,
                          const std::optional<MakerAndFirst>& makers, std::int64_t now_unix_s) {
  if (limits.live_of_org != 0 || limits.made_of_org != 0) {
    auto good =
        check("the org", count_of_org(sql, org, now_unix_s), limits.live_of_org, limits.made_of_org, now_unix_s);
    if (!good) return good;
  }
  if (makers && (limits.live_of_token != 0 || limits.made_of_token != 0)) {
    const MakerCounts counts = count_of_first_maker(sql, makers->first_maker, now_unix_s);
    const bool is_first = makers->maker == makers->first_maker;
    return check(
        is_first ? "the token that asks" : "the token that asks, with all that descends from the same first token,",
        is_first ? counts.own : counts.further, limits.live_of_token, limits.made_of_token, now_unix_s);
  }
  return {};
}

}  // namespace libtoken::authority
