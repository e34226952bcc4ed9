// Lists of tokens: every filter in every order, page by page; and a page costs the same however long the list is.
#include <algorithm>

#include "authority/store/label_text.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "authority_steps.h"

using namespace authority_test;

namespace {

constexpr int kTokens = 300;
constexpr TokenOrder kOrders[] = {TokenOrder::kCreated, TokenOrder::kName, TokenOrder::kHolder, TokenOrder::kEnd,
                                  TokenOrder::kLastUsed};
constexpr const char* kMaker = "67a18dba-761b-5281-be62-275744f1eb41";

struct ListFixture : JudgeFixture {
  /// Tokens that differ in everything that a list can be filtered or ordered by, many of them alike.
  void fill(int count, int first = 0) {
    const auto one_of = [](int divisor, int number) {
      return "(i / " + std::to_string(divisor) + ") % " + std::to_string(number);
    };
    run_sql(
        folder / "tokens.db",
        "WITH RECURSIVE n (i) AS (SELECT " + std::to_string(first) + " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " +
            std::to_string(first + count) +
            ") INSERT INTO tokens (id, org, kid, profile, app, app_name, name, name_key, holder, holder_key, maker,"
            " local_user, not_after, created, last_used) SELECT printf('%08x-0000-5000-8000-%012x', i * 2654435761 % "
            "4294967296, i), org.id, (SELECT kid FROM keys WHERE org = org.id AND keys.org = org.id LIMIT 1),"
            " CASE " +
            one_of(2, 3) +
            " WHEN 0 THEN 'readonly' WHEN 1 THEN 'deploy' ELSE 'org' END,"
            " CASE " +
            one_of(2, 3) +
            " WHEN 1 THEN org.id * 10 + 1 END, '',"
            " substr('Zoe Ann Bob ', 4 * (" +
            one_of(3, 4) +
            ") + 1, 3),"
            " lower(substr('Zoe Ann Bob ', 4 * (" +
            one_of(3, 4) +
            ") + 1, 3)),"
            " substr('ann bob ', 4 * (" +
            one_of(5, 3) + ") + 1, 3), substr('ann bob ', 4 * (" + one_of(5, 3) + ") + 1, 3), CASE " + one_of(7, 5) +
            " WHEN 0 THEN '" + kMaker +
            "' END,"
            " CASE " +
            one_of(7, 5) +
            " WHEN 0 THEN '' WHEN 1 THEN 'eve' ELSE 'ann' END,"
            " CASE " +
            one_of(1, 4) + " WHEN 0 THEN NULL ELSE " + std::to_string(kNow) + " + ((" + one_of(1, 11) +
            ") - 3) * 86400 END, " + std::to_string(kNow) +
            " - 900000 + i / 4,"
            " CASE " +
            one_of(3, 4) + " WHEN 0 THEN NULL ELSE (" + std::to_string(kNow / kDay) + " - (" + one_of(1, 9) +
            ")) * 86400 END"
            " FROM n JOIN orgs AS org ON org.id = 7 + i % 2");
  }
  /// All tokens, in no order.
  std::vector<IssuedToken> everything() {
    TokenFilter all;
    all.expired = all.revoked = true;
    return value_of(list_tokens(store, all, kNow));
  }
};

bool fits(const IssuedToken& token, const TokenFilter& filter) {
  const auto status = status_of(token, kNow);
  if (filter.org && std::get<std::uint64_t>(*filter.org) != token.org) return false;
  if (filter.app && std::get<std::uint64_t>(*filter.app) != token.app) return false;
  if (filter.name && label_key(*filter.name) != label_key(token.name)) return false;
  if (filter.holder && label_key(*filter.holder) != label_key(token.holder)) return false;
  if (filter.profile && *filter.profile != token.profile) return false;
  if (filter.made_by) {
    const auto* maker = std::get_if<TokenId>(&*filter.made_by);
    if (maker != nullptr ? token.maker != *maker
                         : token.maker || token.local_user != std::get<std::string>(*filter.made_by)) {
      return false;
    }
  }
  if (filter.unused_since_unix_s && token.last_used_unix_s &&
      *token.last_used_unix_s >= *filter.unused_since_unix_s - *filter.unused_since_unix_s % kDay) {
    return false;
  }
  switch (status) {
    case TokenStatus::kLive:
      return !filter.ending_before_unix_s ||
             (token.not_after_unix_s && *token.not_after_unix_s <= *filter.ending_before_unix_s);
    case TokenStatus::kExpired: return filter.expired;
    case TokenStatus::kRevoked:
    case TokenStatus::kKeyRetired: return filter.revoked;
  }
  return false;
}

using Place = std::tuple<std::string, std::int64_t, std::int64_t, std::string>;
Place place_in(const IssuedToken& token, TokenOrder order) {
  std::string text;
  std::int64_t number = 0;
  switch (order) {
    case TokenOrder::kCreated: break;
    case TokenOrder::kName: text = label_key(token.name); break;
    case TokenOrder::kHolder: text = label_key(token.holder); break;
    case TokenOrder::kEnd: number = token.not_after_unix_s.value_or(INT64_MAX); break;
    case TokenOrder::kLastUsed: number = token.last_used_unix_s.value_or(INT64_MIN); break;
  }
  return {text, number, token.created_unix_s, to_string(token.id)};
}

std::vector<std::string> names_of(const std::vector<IssuedToken>& tokens) {
  std::vector<std::string> ids;
  for (const IssuedToken& token : tokens) ids.push_back(to_string(token.id));
  return ids;
}

std::vector<TokenFilter> filters() {
  std::vector<TokenFilter> all;
  const auto add = [&](auto change) {
    for (const bool of_org : {true, false}) {
      for (const bool ended : {false, true}) {
        TokenFilter filter;
        if (of_org) filter.org = std::uint64_t{7};
        filter.expired = filter.revoked = ended;
        change(filter);
        all.push_back(std::move(filter));
      }
    }
  };
  add([](TokenFilter&) {});
  add([](TokenFilter& f) { f.name = "ZOE"; });
  add([](TokenFilter& f) { f.name = ""; });
  add([](TokenFilter& f) { f.holder = "bob"; });
  add([](TokenFilter& f) { f.holder = "nobody"; });
  add([](TokenFilter& f) { f.profile = Profile::kDeploy; });
  add([](TokenFilter& f) { f.app = std::uint64_t{71}; });
  add([](TokenFilter& f) { f.made_by = value_of(parse_token_id(kMaker)); });
  add([](TokenFilter& f) { f.made_by = std::string("eve"); });
  add([](TokenFilter& f) { f.ending_before_unix_s = kNow + 2 * kDay; });
  add([](TokenFilter& f) { f.unused_since_unix_s = kNow - 4 * kDay; });
  add([](TokenFilter& f) { f.expired = !f.expired; });
  add([](TokenFilter& f) {
    f.holder = "ann";
    f.profile = Profile::kReadonly;
    f.unused_since_unix_s = kNow;
  });
  return all;
}

}  // namespace

TEST_CASE_METHOD(ListFixture, "every filter finds the same tokens in every order, in one page or in many") {
  fill(kTokens);
  const auto ids = names_of(everything());
  REQUIRE(ids.size() == kTokens);
  std::vector<TokenId> some;
  for (std::size_t i = 0; i < ids.size(); i += 9) some.push_back(value_of(parse_token_id(ids[i])));
  REQUIRE(revoke(store, some, kAnn, kNow));
  const auto all = everything();
  for (const TokenFilter& filter : filters()) {
    for (const TokenOrder order : kOrders) {
      for (const bool descending : {false, true}) {
        std::vector<IssuedToken> expected;
        std::copy_if(all.begin(), all.end(), std::back_inserter(expected),
                     [&](const IssuedToken& token) { return fits(token, filter); });
        std::sort(expected.begin(), expected.end(), [&](const IssuedToken& a, const IssuedToken& b) {
          return descending ? place_in(b, order) < place_in(a, order) : place_in(a, order) < place_in(b, order);
        });
        const TokenSort sort{order, descending};
        REQUIRE(names_of(value_of(list_tokens(store, filter, kNow, sort))) == names_of(expected));
        for (const std::size_t limit : {std::size_t{7}, std::size_t{1000}}) {
          std::vector<IssuedToken> paged;
          std::optional<TokenId> after;
          do {
            auto page = value_of(list_page(store, filter, after, limit, kNow, sort));
            REQUIRE(page.tokens.size() <= limit);
            REQUIRE((page.tokens.size() == limit || !page.next));  // there is nothing to pass over
            for (IssuedToken& token : page.tokens) paged.push_back(std::move(token));
            after = page.next;
          } while (after);
          REQUIRE(names_of(paged) == names_of(expected));
        }
      }
    }
  }
}

TEST_CASE_METHOD(ListFixture, "a page costs the same in an org of a hundred tokens as of many thousands") {
  // Of the first hundred, and of many more, the first page, and one from the middle.
  constexpr int kFew = 400;
  constexpr int kMany = 30'000;
  constexpr std::size_t kLimit = 10;
  const CountedSteps counted;
  store = value_of(Store::open(address_of(folder / "tokens.db")));
  const auto steps_of = [&](const TokenFilter& filter, const TokenSort& sort, const std::optional<TokenId>& after) {
    return CountedSteps::of([&] { REQUIRE(list_page(store, filter, after, kLimit, kNow, sort)); });
  };
  const auto middle_of = [&](int count) {
    return value_of(parse_token_id(run_sql(
        folder / "tokens.db",
        "SELECT id FROM tokens WHERE org = 7 ORDER BY created, id LIMIT 1 OFFSET " + std::to_string(count / 4))));
  };
  struct Cost {
    long long first, from_the_middle;
  };
  const auto costs = [&](int count) {
    std::vector<Cost> all;
    const TokenId middle = middle_of(count);
    for (const TokenFilter& filter : filters()) {
      if (!filter.org) continue;
      for (const TokenOrder order : kOrders) {
        const TokenSort sort{order, false};
        const bool has_middle = !filter.app;  // another app's token is no place in the list
        const long long first = steps_of(filter, sort, std::nullopt);
        all.push_back({first, has_middle ? steps_of(filter, sort, middle) : first});
      }
    }
    return all;
  };
  fill(kFew);
  const auto few = costs(kFew);
  fill(kMany - kFew, kFew);
  const auto many = costs(kMany);
  REQUIRE(few.size() == many.size());
  // What looking at the rows that may be passed over costs, and at the few that a smaller set has.
  constexpr long long kMost = 400'000;
  long long dearest = 0;
  for (std::size_t i = 0; i < few.size(); ++i) {
    dearest = std::max({dearest, many[i].first, many[i].from_the_middle});
  }
  CHECK(dearest < kMost);
  // The plain list, in each order, does not pass over more than some that have ended.
  for (std::size_t i = 0; i < std::size(kOrders); ++i) {
    INFO("order " << i);
    CHECK(many[i].first < 3 * few[i].first);
    CHECK(many[i].from_the_middle < 3 * few[i].first);
  }
}

TEST_CASE_METHOD(ListFixture, "a page in an org where almost all tokens have ended is bounded, and so are the others") {
  const std::string kid = run_sql(folder / "tokens.db", "SELECT kid FROM keys WHERE org = 7");
  const auto add = [&](int first, int count, std::int64_t end) {
    run_sql(folder / "tokens.db",
            "WITH RECURSIVE n (i) AS (SELECT " + std::to_string(first) +
                " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " + std::to_string(first + count) +
                ") INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, local_user,"
                " not_after, created) SELECT printf('%08x-0000-5000-8000-000000000000', i), 7, '" +
                kid + "', 'readonly', '', '', '', '', '', 'ann', " + std::to_string(end) + ", i FROM n");
  };
  add(0, 20'000, kNow - kDay);
  add(20'000, 50, kNow + kDay);
  const CountedSteps counted;
  store = value_of(Store::open(address_of(folder / "tokens.db")));
  TokenFilter filter;
  filter.org = std::uint64_t{7};
  {
    // Few live: they are found at once.
    const auto page = value_of(list_page(store, filter, std::nullopt, 100, kNow));
    CHECK(page.tokens.size() == 50);
    CHECK_FALSE(page.next);
  }
  add(30'000, 10'000, kNow + kDay);
  std::size_t listed = 0;
  std::size_t pages = 0;
  std::optional<TokenId> after;
  do {
    TokenPage page;
    CHECK(CountedSteps::of([&] { page = value_of(list_page(store, filter, after, 100, kNow)); }) < 200'000);
    listed += page.tokens.size();
    ++pages;
    after = page.next;
  } while (after);
  CHECK(listed == 10'050);
  CHECK(pages < 110);
}

TEST_CASE_METHOD(ListFixture, "the tokens of several apps are merged: a page costs the same however many the org has") {
  const std::uint64_t second = value_of(create_app(store, std::uint64_t{7}, "second", {}, kAnn, kNow)).id;
  const std::uint64_t third = value_of(create_app(store, std::uint64_t{7}, "third", {}, kAnn, kNow)).id;
  const std::string kid = run_sql(folder / "tokens.db", "SELECT kid FROM keys WHERE org = 7");
  const auto add = [&](int first, int count, const std::string& app) {
    run_sql(folder / "tokens.db",
            "WITH RECURSIVE n (i) AS (SELECT " + std::to_string(first) +
                " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " + std::to_string(first + count) +
                ") INSERT INTO tokens (id, org, kid, profile, app, app_name, name, name_key, holder, holder_key,"
                " local_user, not_after, created) SELECT printf('%08x-0000-5000-8000-000000000000', i * 2654435761 %"
                " 4294967296), 7, '" +
                kid + "', 'deploy', " + app +
                ", '', 'n' || i % 7, 'n' || i % 7, iif(i % 1000 = 0, 'ann', 'bob'),"
                " iif(i % 1000 = 0, 'ann', 'bob'), 'ann', iif(i % 5 = 0, " +
                std::to_string(kNow - 1) +
                ", NULL),"
                " i % 3000 FROM n");
  };
  add(0, 3'000, "71");
  add(10'000, 2'500, std::to_string(second));
  add(20'000, 20'000, std::to_string(third));
  add(50'000, 20'000, "NULL");
  const CountedSteps counted;
  store = value_of(Store::open(address_of(folder / "tokens.db")));
  TokenFilter filter;
  filter.org = std::uint64_t{7};
  filter.apps = {71, second};
  for (const TokenOrder order : kOrders) {
    for (const bool descending : {false, true}) {
      INFO("order " << to_string(order) << descending);
      std::vector<IssuedToken> expected;
      for (IssuedToken& token : everything()) {
        const bool of_them = token.app == 71 || token.app == second;
        if (of_them && fits(token, filter)) expected.push_back(std::move(token));
      }
      std::sort(expected.begin(), expected.end(), [&](const auto& a, const auto& b) {
        return descending ? place_in(b, order) < place_in(a, order) : place_in(a, order) < place_in(b, order);
      });
      REQUIRE(expected.size() == 4'400);
      std::vector<IssuedToken> listed;
      std::optional<TokenId> after;
      do {
        TokenPage page;
        const auto steps = CountedSteps::of([&] {
          page = value_of(list_page(store, filter, after, 900, kNow, {order, descending}));
        });
        // Reading the org would be 45 500 rows, and its apps' are 5 500.
        CHECK(steps < (order == TokenOrder::kCreated ? 200'000 : 500'000));
        std::move(page.tokens.begin(), page.tokens.end(), std::back_inserter(listed));
        after = page.next;
      } while (after);
      CHECK(names_of(listed) == names_of(expected));
    }
  }
  filter.holder = "ann";  // few: they are found without looking at the others
  TokenPage page;
  CHECK(CountedSteps::of([&] { page = value_of(list_page(store, filter, std::nullopt, 900, kNow)); }) < 250'000);
  CHECK(page.tokens.empty());
  filter.expired = true;
  CHECK(value_of(list_page(store, filter, std::nullopt, 900, kNow)).tokens.size() == 6);

  // As many apps as there may be: each costs a little.
  filter = {};
  filter.org = std::uint64_t{7};
  filter.apps.emplace();
  for (std::uint64_t app = 1; app <= 2'000; ++app) filter.apps->push_back(app);
  filter.apps->push_back(third);
  std::sort(filter.apps->begin(), filter.apps->end());
  filter.apps->erase(std::unique(filter.apps->begin(), filter.apps->end()), filter.apps->end());
  CHECK(CountedSteps::of([&] { page = value_of(list_page(store, filter, std::nullopt, 100, kNow)); }) < 600'000);
  CHECK(page.tokens.size() == 100);
}

TEST_CASE("orders have the names that requests and command lines use") {
  for (const TokenOrder order : kOrders) CHECK(value_of(parse_token_order(to_string(order))) == order);
  CHECK(contains(error_of(parse_token_order("size"), ErrorKind::kInvalidArgument), "created, name, for, expires"));
}
