// What a revocation costs, and what it reaches: the descendants that still live, however many there ever were.
#include <algorithm>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_maker_support.h"
#include "authority_steps.h"

using namespace authority_test;

namespace {

const std::string kLive = std::to_string(kNow + 3600);
const std::string kEnded = std::to_string(kNow - 3600);

// The tokens that these tests write into the table themselves have numbers.
std::string text_of(int number) {
  char text[40];
  (void)std::snprintf(text, sizeof text, "%08x-0000-5000-8000-%012x", number, number);
  return text;
}

struct Descent : MakerFixture {
  CountedSteps counted;
  Descent() { store = value_of(Store::open(address_of(file()))); }
  [[nodiscard]] fs::path file() const { return folder / "tokens.db"; }

  TokenId made() { return value_of(Bundle::parse(minted(Profile::kOrg, "arcadia-prod"))).parts().front()->id(); }
  TokenId made_with(const std::string& header) { return mint_with(asked(header)).id; }
  /// Tokens from `first` on, all with this maker and first maker (in SQL), end and holder.
  void write(int first, int count, const std::string& maker, const std::string& first_maker, const std::string& end,
             const std::string& holder = "") {
    run_sql(file(),
            "WITH RECURSIVE n (i) AS (SELECT " + std::to_string(first) + " UNION ALL SELECT i + 1 FROM n WHERE i < " +
                std::to_string(first + count - 1) +
                ") INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, maker,"
                " first_maker, local_user, not_after, created) SELECT printf('%08x-0000-5000-8000-%012x', i, i), 8,"
                " (SELECT kid FROM keys WHERE org = 8 AND state = 'active'), 'org', '', '', '', '" +
                holder + "', '" + holder + "', " + maker + ", " + first_maker + ", '', " + end + ", " +
                std::to_string(kNow - 7200) + " FROM n");
  }
  static std::string sql(const TokenId& id) { return "'" + to_string(id) + "'"; }
  static std::string sql(int number) { return "'" + text_of(number) + "'"; }
  int revocations() { return std::stoi(run_sql(file(), "SELECT count(*) FROM revocations")); }
  bool is_revoked(int number) {
    return run_sql(file(), "SELECT count(*) FROM revocations WHERE id = " + sql(number)) == "1";
  }
};

}  // namespace

TEST_CASE_METHOD(Descent, "what has ended costs a revocation nothing and gets no row, however much there was") {
  const auto steps_with = [&](int first, int ended) {
    const TokenId maker = made();
    write(first, ended, sql(maker), sql(maker), kEnded);
    write(first + ended, 20, sql(maker), sql(maker), kLive);
    const int before = revocations();
    std::size_t newly = 0;
    const long long steps =
        CountedSteps::of([&] { newly = value_of(revoke(store, {maker}, kAnn, kNow)).newly.size(); });
    CHECK(newly == 21);
    CHECK(revocations() - before == 21);
    return steps;
  };
  const long long few = steps_with(1'000'000, 2'000);
  const long long many = steps_with(2'000'000, 20'000);
  CHECK(many < few + few / 10);
}

TEST_CASE_METHOD(Descent, "in a large family the living descendants of the asked token are found, and no others") {
  const TokenId root = made();
  write(1, 1, sql(root), sql(root), kLive);      // 1: the token that is asked for
  write(2, 1, sql(root), sql(root), kLive);      // 2: its sibling
  write(1000, 2000, sql(1), sql(root), kEnded);  // too many to walk through
  write(10, 1, sql(1), sql(root), kLive);        // 10: its child
  write(11, 1, sql(10), sql(root), kLive);       // 11: its grandchild
  write(12, 1, sql(1500), sql(root), kLive);     // 12: of one that has ended, which no mint does
  write(13, 1, sql(2), sql(root), kLive);        // 13: of the sibling
  write(14, 1, sql(15), sql(root), kLive);       // 14 and 15: a circle
  write(15, 1, sql(14), sql(root), kLive);
  write(16, 1, sql(1), sql(root), std::to_string(kNow - 299));  // a daemon's clock may be behind
  write(17, 1, sql(10), sql(root), "NULL");
  std::vector<TokenId> asked{value_of(parse_token_id(text_of(1)))};
  const bool with_child = GENERATE(false, true);
  if (with_child) asked.push_back(value_of(parse_token_id(text_of(10))));
  const auto revoked = value_of(revoke(store, asked, kAnn, kNow));
  CHECK(std::vector<TokenId>(revoked.newly.begin(), revoked.newly.begin() + static_cast<int>(asked.size())) == asked);
  CHECK(revoked.newly.size() == 6);
  for (const int one : {1, 10, 11, 12, 16, 17}) CHECK(is_revoked(one));
  for (const int one : {2, 13, 14, 15, 1000, 1500}) CHECK_FALSE(is_revoked(one));

  // One entry for each token asked for, with what ended with it and with no other of them.
  std::vector<std::string> details;
  for (const auto& entry : value_of(list_audit(store, {})))
    if (entry.action == AuditAction::kRevoke) details.push_back(entry.detail);
  if (with_child) {
    CHECK(details == std::vector<std::string>{"2 descendants ended with it", "2 descendants ended with it"});
  } else {
    CHECK(details == std::vector<std::string>{"5 descendants ended with it"});
  }
}

TEST_CASE_METHOD(Descent, "a token whose record does not tell its family is walked down from, however far") {
  write(1, 1, sql(2), "NULL", kLive);  // 1 and 2: a circle, which gets no first makers
  write(2, 1, sql(1), "NULL", kLive);
  write(1000, 2000, sql(1), sql(2), kEnded);
  write(10, 1, sql(1), sql(2), kLive);
  write(20, 1, sql(30), sql(40), kLive);  // 30: in no record
  write(5000, 2000, sql(30), sql(40), kEnded);
  REQUIRE(revoke(store, {value_of(parse_token_id(text_of(1)))}, kAnn, kNow));
  for (const int one : {1, 2, 10}) CHECK(is_revoked(one));
  REQUIRE(revoke(store, {value_of(parse_token_id(text_of(30)))}, kAnn, kNow));
  for (const int one : {30, 20}) CHECK(is_revoked(one));
  CHECK(revocations() == 5);
}

TEST_CASE_METHOD(Descent, "revoking again does not look at what was made, whoever asks") {
  const TokenId maker = made();
  write(1, 3'000, sql(maker), sql(maker), kLive);
  CHECK(value_of(revoke(store, {maker}, kAnn, kNow)).newly.size() == 3'001);
  CHECK(CountedSteps::of([&] { REQUIRE(revoke(store, {maker}, kAnn, kNow)); }) < 200);
  CHECK(CountedSteps::of([&] { REQUIRE(revoke_presented(store, {{maker, 8}}, "127.0.0.1:1", kNow)); }) < 200);
}

TEST_CASE_METHOD(Descent, "a filter passes over what has ended, and names a few of those that were revoked") {
  write(1, 3'000, "NULL", "NULL", kEnded, "ann");
  write(4'000, 1'000, "NULL", "NULL", kLive, "ann");
  TokenFilter filter;
  filter.org = std::string("arcadia-prod");
  filter.holder = "ann";
  const auto first = value_of(revoke_matching(store, filter, kAnn, kNow));
  CHECK(first.newly.size() == 1'000);
  CHECK(first.already.empty());
  CHECK(first.already_left_out == 0);
  CHECK(revocations() == 1'000);
  const int entries = std::stoi(run_sql(file(), "SELECT count(*) FROM audit"));
  Revoked again;
  const long long steps = CountedSteps::of([&] { again = value_of(revoke_matching(store, filter, kAnn, kNow)); });
  CHECK(again.newly.empty());
  CHECK(again.already.size() == kMostAlready);
  CHECK(again.already_left_out == 1'000 - kMostAlready);
  CHECK(steps < 60 * 1'000);
  CHECK(std::stoi(run_sql(file(), "SELECT count(*) FROM audit")) == entries);
}

TEST_CASE_METHOD(Descent, "a copy that has ended, of a token in no record, leaves nothing in the store") {
  const TokenId pruned = value_of(parse_token_id(text_of(1)));
  const TokenId recorded = made();
  const auto revoked = value_of(revoke_presented(store, {{pruned, 8, true}, {recorded, 8, true}}, "127.0.0.1:1", kNow));
  CHECK(revoked.newly == std::vector<TokenId>{recorded});
  CHECK(revoked.unknown == std::vector<TokenId>{pruned});
  CHECK(revocations() == 1);
  CHECK(value_of(revoke_presented(store, {{pruned, 8, false}}, "127.0.0.1:1", kNow)).newly ==
        std::vector<TokenId>{pruned});
}
