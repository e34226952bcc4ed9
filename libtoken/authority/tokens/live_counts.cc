#include "authority/tokens/live_counts.h"

#include <algorithm>
#include <string>

namespace libtoken::authority {
namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;

// Whose tokens are counted, in SQL.
struct Scope {
  const char* name;        // live_counts.scope
  const char* by_end;      // the index that has the ends of its tokens
  const char* by_created;  // the index that has the times at which they were made
  const char* whose;       // finds them by :who
};
constexpr Scope kOrg{"org", "tokens_by_org_end", "tokens_by_org", "tokens.org = CAST(:who AS INTEGER)"};
constexpr Scope kFirstMaker{"first_maker", "tokens_by_first_maker", "tokens_by_first_maker",
                            "tokens.first_maker = :who"};

// In the second of its end a token is still good.
constexpr const char* kEnd = "coalesce(tokens.not_after, 9223372036854775807)";

std::string query_of(const Scope& scope, const char* ends) {
  return std::string("SELECT count(*) FROM tokens INDEXED BY ") + scope.by_end + " WHERE " + scope.whose + " AND " +
         kEnd + ends +
         " AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = tokens.id)"
         " AND EXISTS (SELECT 1 FROM keys WHERE keys.kid = tokens.kid AND keys.state <> 'retired')";
}

long long count_made(soci::session& sql, const Scope& scope, const std::string& who, long long day) {
  long long made = 0;
  sql << std::string("SELECT count(*) FROM tokens INDEXED BY ") + scope.by_created + " WHERE " + scope.whose +
             " AND tokens.created >= :day",
      soci::use(who), soci::use(day), soci::into(made);
  return made;
}

TokenCounts count(soci::session& sql, const Scope& scope, const std::string& who, std::int64_t now_unix_s) {
  const std::string name = scope.name;
  const long long now = now_unix_s;
  const long long today = now - now % kDay;
  long long live = 0;
  long long as_of = 0;
  long long day = 0;
  long long made = 0;
  sql << "SELECT live, as_of, day, made FROM live_counts WHERE scope = :scope AND who = :who", soci::use(name),
      soci::use(who), soci::into(live), soci::into(as_of), soci::into(day), soci::into(made);
  if (!sql.got_data()) {
    sql << query_of(scope, " >= :now"), soci::use(who), soci::use(now), soci::into(live);
    made = count_made(sql, scope, who, today);
    sql << "INSERT INTO live_counts (scope, who, live, as_of, day, made) VALUES (:scope, :who, :live, :now, :day,"
           " :made)",
        soci::use(name), soci::use(who), soci::use(live), soci::use(now), soci::use(today), soci::use(made);
  } else {
    if (as_of < now) {
      long long ended = 0;
      const long long last = now - 1;
      sql << query_of(scope, " BETWEEN :as_of AND :last"), soci::use(who), soci::use(as_of), soci::use(last),
          soci::into(ended);
      live -= ended;
      sql << "UPDATE live_counts SET live = :live, as_of = :now WHERE scope = :scope AND who = :who", soci::use(live),
          soci::use(now), soci::use(name), soci::use(who);
    }
    if (day < today) {
      made = 0;  // the first that is made today brings the day along
    } else if (day > today) {
      // A clock was ahead, and what it made counts for its day.
      made = count_made(sql, scope, who, today);
      sql << "UPDATE live_counts SET made = :made, day = :day WHERE scope = :scope AND who = :who", soci::use(made),
          soci::use(today), soci::use(name), soci::use(who);
    }
  }
  return {static_cast<std::size_t>(std::max<long long>(live, 0)),
          static_cast<std::size_t>(std::max<long long>(made, 0))};
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
  return count(sql, kOrg, std::to_string(org), now_unix_s);
}

TokenCounts count_of_first_maker(soci::session& sql, const std::string& first_maker, std::int64_t now_unix_s) {
  return count(sql, kFirstMaker, first_maker, now_unix_s);
}

Result<void> check_limits(soci::session& sql, const MintLimits& limits, std::uint64_t org,
                          const std::optional<std::string>& first_maker, std::int64_t now_unix_s) {
  if (limits.live_of_org != 0 || limits.made_of_org != 0) {
    auto good =
        check("the org", count_of_org(sql, org, now_unix_s), limits.live_of_org, limits.made_of_org, now_unix_s);
    if (!good) return good;
  }
  if (first_maker && (limits.live_of_token != 0 || limits.made_of_token != 0)) {
    return check("the token that asks, with those that it descends from and all that they have made,",
                 count_of_first_maker(sql, *first_maker, now_unix_s), limits.live_of_token, limits.made_of_token,
                 now_unix_s);
  }
  return {};
}

}  // namespace libtoken::authority
