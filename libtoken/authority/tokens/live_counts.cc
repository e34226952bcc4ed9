#include "authority/tokens/live_counts.h"

#include <algorithm>
#include <string>

namespace libtoken::authority {
namespace {

// Whose tokens are counted, in SQL.
struct Scope {
  const char* name;   // live_counts.scope
  const char* index;  // has the ends of its tokens
  const char* whose;  // finds them by :who
};
constexpr Scope kOrg{"org", "tokens_by_org_end", "tokens.org = CAST(:who AS INTEGER)"};
constexpr Scope kMaker{"maker", "tokens_by_maker_end", "tokens.maker = :who"};

// In the second of its end a token is still good.
constexpr const char* kEnd = "coalesce(tokens.not_after, 9223372036854775807)";

std::string query_of(const Scope& scope, const char* ends) {
  return std::string("SELECT count(*) FROM tokens INDEXED BY ") + scope.index + " WHERE " + scope.whose + " AND " +
         kEnd + ends +
         " AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = tokens.id)"
         " AND EXISTS (SELECT 1 FROM keys WHERE keys.kid = tokens.kid AND keys.state <> 'retired')";
}

std::size_t count_live(soci::session& sql, const Scope& scope, const std::string& who, std::int64_t now_unix_s) {
  const std::string name = scope.name;
  const long long now = now_unix_s;
  long long live = 0;
  long long as_of = 0;
  sql << "SELECT live, as_of FROM live_counts WHERE scope = :scope AND who = :who", soci::use(name), soci::use(who),
      soci::into(live), soci::into(as_of);
  if (!sql.got_data()) {
    sql << query_of(scope, " >= :now"), soci::use(who), soci::use(now), soci::into(live);
    sql << "INSERT INTO live_counts (scope, who, live, as_of) VALUES (:scope, :who, :live, :now)", soci::use(name),
        soci::use(who), soci::use(live), soci::use(now);
  } else if (as_of < now) {
    long long ended = 0;
    const long long last = now - 1;
    sql << query_of(scope, " BETWEEN :as_of AND :last"), soci::use(who), soci::use(as_of), soci::use(last),
        soci::into(ended);
    live -= ended;
    sql << "UPDATE live_counts SET live = :live, as_of = :now WHERE scope = :scope AND who = :who", soci::use(live),
        soci::use(now), soci::use(name), soci::use(who);
  }
  return static_cast<std::size_t>(std::max<long long>(live, 0));
}

}  // namespace

std::size_t count_live_of_org(soci::session& sql, std::uint64_t org, std::int64_t now_unix_s) {
  return count_live(sql, kOrg, std::to_string(org), now_unix_s);
}

std::size_t count_live_of_maker(soci::session& sql, const TokenId& maker, std::int64_t now_unix_s) {
  return count_live(sql, kMaker, to_string(maker), now_unix_s);
}

Result<void> check_live_limits(soci::session& sql, const LiveLimits& limits, std::uint64_t org, const TokenId* maker,
                               std::int64_t now_unix_s) {
  const auto refuse = [](const char* who, std::size_t most) {
    return fail(ErrorKind::kLimit, std::string(who) + " has as many live tokens as it may have, " +
                                       std::to_string(most) + ": revoke some, or let them end sooner");
  };
  if (limits.of_org != 0 && count_live_of_org(sql, org, now_unix_s) >= limits.of_org) {
    return refuse("the org", limits.of_org);
  }
  if (maker != nullptr && limits.of_maker != 0 && count_live_of_maker(sql, *maker, now_unix_s) >= limits.of_maker) {
    return refuse("the token that asks", limits.of_maker);
  }
  return {};
}

}  // namespace libtoken::authority
