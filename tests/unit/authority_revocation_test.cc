// A revoked id is refused, with every copy of its token, and tells its holder nothing of the registry.
#include "authority/revocation/revocation_set.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_judge_support.h"
#include "libtoken/bundle.h"

using namespace authority_test;

namespace {

TokenId numbered(std::uint32_t number) {
  TokenId id;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  id.bytes[15] = 1;
  return id;
}

TokenId id_of(const std::string& header) { return value_of(Bundle::parse(header)).parts().front()->id(); }

}  // namespace

TEST_CASE("a revocation set holds what was put in and nothing else, in at most 64 bytes each") {
  for (const std::uint32_t count : {0U, 1U, 2U, 3U, 767U, 768U, 769U, 100'000U}) {
    std::vector<TokenId> ids;
    for (std::uint32_t i = 0; i < count; ++i) ids.push_back(numbered(2 * i));
    ids.insert(ids.end(), ids.begin(), ids.begin() + std::min<std::ptrdiff_t>(count, 5));  // repeats
    const RevocationSet set(ids);
    CHECK(set.empty() == (count == 0));
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < 2 * count + 2; ++i) found += set.contains(numbered(i)) ? 1 : 0;
    CHECK(found == count);
    CHECK(set.memory_bytes() <= 64 * std::max<std::size_t>(ids.size(), 4));
    set.prefetch(numbered(1));
  }
}

TEST_CASE("a revocation set with a few more shares what it has, and has all of both") {
  std::vector<TokenId> first;
  for (std::uint32_t i = 0; i < 50'000; ++i) first.push_back(numbered(i));
  const RevocationSet before(first);
  RevocationSet set = before;
  std::uint32_t next = 50'000;
  for (const std::size_t count : {std::size_t{1}, std::size_t{100}, RevocationSet::kMostInSmall, std::size_t{7}}) {
    std::vector<TokenId> more{numbered(3)};  // which is in it already
    for (std::size_t i = 0; i < count; ++i) more.push_back(numbered(next++));
    const RevocationSet with = set.with(more);
    CHECK_FALSE(set.contains(numbered(next - 1)));
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < 2 * next; ++i) found += with.contains(numbered(i)) ? 1 : 0;
    CHECK(found == next);
    CHECK(with.memory_bytes() <= 64 * std::size_t{next});
    set = with;
  }
  CHECK_FALSE(before.contains(numbered(50'000)));
  CHECK(RevocationSet().with({numbered(1)}).contains(numbered(1)));
  CHECK(RevocationSet().with({}).empty());
}

TEST_CASE("ids that all begin alike are still told apart") {
  std::vector<TokenId> ids;
  for (std::uint8_t i = 0; i < 200; ++i) {
    TokenId id;
    id.bytes[9] = i;
    id.bytes[15] = 1;
    ids.push_back(id);
  }
  TokenId other = ids.front();
  other.bytes[10] = 1;
  const RevocationSet set(ids);
  for (const TokenId& id : ids) CHECK(set.contains(id));
  CHECK_FALSE(set.contains(other));
}

TEST_CASE_METHOD(JudgeFixture, "a revoked token is refused, and so is every narrowed copy; another one is not") {
  const std::string token = minted(Profile::kReadonly, "arcadia-prod");
  const std::string sibling = minted(Profile::kReadonly, "arcadia-prod");
  Macaroon copy = value_of(Bundle::parse(token)).parts().front()->clone();
  REQUIRE(copy.attenuate(CaveatSet().action(kRead)));
  const std::string narrowed = "FlyV1 " + copy.text();
  REQUIRE(ask(token, "r", "arcadia-prod").allowed);
  REQUIRE(ask(narrowed, "r", "arcadia-prod").allowed);

  REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow));
  REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow));  // again is fine
  CHECK(codes(ask(token, "r", "arcadia-prod")) == Codes{"revoked"});
  CHECK(codes(ask(narrowed, "r", "arcadia-prod")) == Codes{"revoked"});
  CHECK(ask(token, "r", "arcadia-prod").token == id_of(token));
  CHECK(ask(sibling, "r", "arcadia-prod").allowed);

  // Beside a good token it takes nothing away, and adds nothing.
  CHECK(ask(token + "," + sibling.substr(6), "r", "arcadia-prod").allowed);
  CHECK(ask(sibling + "," + token.substr(6), "r", "arcadia-prod").token == id_of(sibling));
  CHECK(codes(ask(sibling + "," + token.substr(6), "w", "arcadia-prod")) == Codes{"caveat", "revoked"});
}

TEST_CASE_METHOD(JudgeFixture, "a revoked token tells its holder nothing of the registry") {
  const std::string token = minted(Profile::kReadonly, "arcadia-prod");
  REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow));
  CHECK(codes(ask(token, "r", "no-such-org")) == Codes{"revoked"});
  CHECK(codes(ask(token, "r", "arcadia-prod", "no-such-app")) == Codes{"revoked"});
}

TEST_CASE_METHOD(JudgeFixture, "a header of many revoked tokens gets 32 reasons") {
  std::string header;
  for (int i = 0; i < 40; ++i) {
    const std::string token = minted(Profile::kReadonly, "arcadia-prod");
    REQUIRE(revoke(store, {id_of(token)}, kAnn, kNow));
    header += header.empty() ? token : "," + token.substr(6);
  }
  CHECK(ask(header, "r", "arcadia-prod").reasons.size() == 32);
}

TEST_CASE_METHOD(JudgeFixture, "an id that was never issued here can be revoked") {
  REQUIRE(revoke(store, {numbered(7)}, kAnn, kNow));
  CHECK(value_of(Snapshot::load(store))->is_revoked(numbered(7)));
  CHECK_FALSE(value_of(Snapshot::load(store))->is_revoked(numbered(8)));
}

namespace {

struct FamilyFixture : JudgeFixture {
  struct Token {
    std::string header;
    TokenId id;
  };
  /// A token made with another one, or by somebody at the store.
  Token made(const std::optional<Token>& with, const std::string& holder = "",
             const std::string& org = "arcadia-prod") {
    MintRequest request;
    request.org = org;
    request.holder = holder;
    if (with) request.maker = maker(with->header);
    auto minted = value_of(mint(store, request, kAnn, kNow));
    return {std::move(minted.header), minted.id};
  }
  Maker maker(const std::string& header) {
    const auto snapshot = value_of(Snapshot::load(store));
    VerifierScratch scratch;
    const auto verified = Verifier(kDefaultLocation, *snapshot).verify(header, scratch);
    REQUIRE(verified.tokens.size() == 1);
    return value_of(maker_of(verified.tokens[0]));
  }
  bool allowed(const Token& token) { return ask(token.header, "r", "arcadia-prod").allowed; }
  std::vector<std::string> audited() {
    std::vector<std::string> lines;
    for (const auto& entry : value_of(list_audit(store, {}))) {
      if (entry.action == AuditAction::kRevoke) lines.push_back(entry.object);
    }
    return lines;
  }
};

using Ids = std::vector<TokenId>;

}  // namespace

TEST_CASE_METHOD(FamilyFixture, "what was made with a revoked token dies with it, and with that, and so on") {
  const Token first = made({});
  const Token second = made(first);
  const Token other_second = made(first);
  const Token third = made(second);
  const Token stranger = made({});
  for (const Token& token : {first, second, other_second, third, stranger}) REQUIRE(allowed(token));

  SECTION("from the middle it goes down, not up") {
    const auto revoked = value_of(revoke(store, {second.id}, kAnn, kNow + 1));
    CHECK(revoked.newly == Ids{second.id, third.id});
    CHECK(revoked.already.empty());
    CHECK(allowed(first));
    CHECK(allowed(other_second));
    CHECK_FALSE(allowed(second));
    CHECK_FALSE(allowed(third));
    // What died before is not told of again; asked for by its id, it is.
    const auto rest = value_of(revoke(store, {first.id, second.id}, kAnn, kNow + 2));
    CHECK(rest.newly == Ids{first.id, other_second.id});
    CHECK(rest.already == Ids{second.id});
  }
  SECTION("from the top it takes all") {
    const auto revoked = value_of(revoke(store, {first.id, third.id, first.id}, kAnn, kNow + 1));
    REQUIRE(revoked.newly.size() == 4);
    CHECK(revoked.newly[0] == first.id);
    CHECK(revoked.newly[1] == third.id);  // asked for, so said before what they made
    CHECK(revoked.already.empty());
    for (const Token& token : {first, second, other_second, third}) {
      CHECK(codes(ask(token.header, "r", "arcadia-prod")) == Codes{"revoked"});
      CHECK(value_of(find_token(store, token.id)).revoked_unix_s == kNow + 1);
    }
    CHECK(audited() == std::vector<std::string>{to_string(first.id), to_string(third.id)});
  }
  CHECK(allowed(stranger));
}

TEST_CASE_METHOD(FamilyFixture, "revoking again changes nothing, and nothing is written") {
  const Token token = made({});
  CHECK(value_of(revoke(store, {token.id}, kAnn, kNow + 1)).newly == Ids{token.id});
  auto other = value_of(Store::open(address_of(folder / "tokens.db")));
  const auto version = value_of(other.data_version());
  const auto again = value_of(revoke(store, {token.id}, kAnn, kNow + 99));
  CHECK(again.newly.empty());
  CHECK(again.already == Ids{token.id});
  CHECK(value_of(revoke(store, {}, kAnn, kNow + 99)).newly.empty());
  CHECK(value_of(other.data_version()) == version);
  CHECK(value_of(find_token(store, token.id)).revoked_unix_s == kNow + 1);
  CHECK(audited() == std::vector<std::string>{to_string(token.id)});
}

TEST_CASE_METHOD(FamilyFixture, "an id in no record is revoked, or left and named, as the caller wants it") {
  const Token token = made({});
  const TokenId stranger = value_of(parse_token_id("67a18dba-761b-5281-be62-275744f1eb41"));
  const auto left =
      value_of(revoke(store, {stranger, token.id, stranger}, kAnn, kNow, {.unrecorded = Unrecorded::kLeave}));
  CHECK(left.newly == Ids{token.id});
  CHECK(left.unknown == Ids{stranger});
  CHECK(audited() == std::vector<std::string>{to_string(token.id)});
  CHECK_FALSE(value_of(Snapshot::load(store))->is_revoked(stranger));
  CHECK(value_of(revoke(store, {stranger}, kAnn, kNow)).newly == Ids{stranger});
  // A revocation is known too.
  const auto again = value_of(revoke(store, {stranger}, kAnn, kNow, {.unrecorded = Unrecorded::kLeave}));
  CHECK(again.already == Ids{stranger});
  CHECK(again.unknown.empty());
}

TEST_CASE_METHOD(FamilyFixture, "how far a revocation is can be seen meanwhile") {
  const Token first = made({}, "ann@example.com");
  (void)made(made(first));
  RevocationProgress progress;
  progress.done = 99;
  TokenFilter filter;
  filter.holder = "ann@example.com";
  REQUIRE(revoke_matching(store, filter, kAnn, kNow, &progress));
  CHECK(progress.of == 3);
  CHECK(progress.done == 3);
  REQUIRE(revoke(store, {first.id}, kAnn, kNow, {.progress = &progress}));
  CHECK(progress.of == 0);
}

TEST_CASE_METHOD(FamilyFixture, "a maker that was revoked meanwhile mints no more") {
  const Token first = made({});
  const Token second = made(first);
  // Both were looked at before.
  const Maker before_first = maker(first.header);
  const Maker before_second = maker(second.header);
  (void)value_of(revoke(store, {first.id}, kAnn, kNow));
  for (const Maker& maker : {before_first, before_second}) {
    MintRequest request;
    request.org = std::string("arcadia-prod");
    request.maker = maker;
    CHECK(contains(error_of(mint(store, request, kAnn, kNow), ErrorKind::kRevoked), "revoked"));
  }
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens") == "2");
}

TEST_CASE_METHOD(FamilyFixture, "a revocation counts however far behind the clock is") {
  const Token token = made({});
  const auto revoked = value_of(revoke(store, {token.id}, kAnn, kNow - 1'000'000));
  CHECK(revoked.newly == Ids{token.id});
  CHECK_FALSE(allowed(token));
}

TEST_CASE_METHOD(FamilyFixture, "everything that somebody holds is revoked in one step, over and revoked ones too") {
  const Token one = made({}, "Ann@example.com");
  const Token child = made(one, "a robot of hers");
  const Token other = made({}, "ann@example.com ", "arcadia-dev");
  const Token gone = made({}, "ann@example.com");
  const Token stranger = made({}, "bob@example.com");
  (void)value_of(revoke(store, {gone.id}, kAnn, kNow));

  TokenFilter filter;
  filter.holder = " ANN@EXAMPLE.COM";
  SECTION("of one org") {
    filter.org = std::string("arcadia-dev");
    CHECK(value_of(revoke_matching(store, filter, kAnn, kNow)).newly == Ids{other.id});
    CHECK(allowed(one));
  }
  SECTION("of all") {
    const auto revoked = value_of(revoke_matching(store, filter, kAnn, kNow));
    CHECK(std::set<TokenId>(revoked.newly.begin(), revoked.newly.end()) ==
          std::set<TokenId>{one.id, other.id, child.id});
    CHECK(revoked.newly.back() == child.id);
    CHECK(revoked.already == Ids{gone.id});
    CHECK_FALSE(allowed(one));
    CHECK_FALSE(allowed(child));
  }
  CHECK(allowed(stranger));
}

TEST_CASE_METHOD(FamilyFixture, "a filter that finds nothing revokes nothing, and one that says nothing is refused") {
  const Token token = made({});
  TokenFilter filter;
  filter.holder = "nobody";
  CHECK(value_of(revoke_matching(store, filter, kAnn, kNow)).newly.empty());
  filter.name = "ci";
  CHECK(value_of(revoke_matching(store, filter, kAnn, kNow)).newly.empty());

  const auto refused = [&](ErrorKind kind, auto change) {
    TokenFilter wrong;
    change(wrong);
    (void)error_of(revoke_matching(store, wrong, kAnn, kNow), kind);
  };
  refused(ErrorKind::kInvalidArgument, [](TokenFilter&) {});
  refused(ErrorKind::kInvalidArgument, [](TokenFilter& f) { f.org = std::string("arcadia-prod"); });
  refused(ErrorKind::kInvalidArgument, [](TokenFilter& f) { f.profile = Profile::kReadonly; });
  refused(ErrorKind::kInvalidArgument, [](TokenFilter& f) { f.holder = " \u00a0"; });  // would be all that nobody holds
  refused(ErrorKind::kInvalidArgument, [](TokenFilter& f) { f.name = ""; });
  refused(ErrorKind::kNotFound, [](TokenFilter& f) {
    f.holder = "ann";
    f.org = std::string("arcadia-qa");
  });
  refused(ErrorKind::kNotFound, [](TokenFilter& f) {
    f.holder = "ann";
    f.app = std::string("arcadia-qa-api");
  });
  refused(ErrorKind::kInvalidArgument, [](TokenFilter& f) {
    f.holder = "ann";
    f.org = std::string("arcadia-prod");
    f.app = std::string("arcadia-dev-api");
  });
  CHECK(allowed(token));
}

TEST_CASE_METHOD(FamilyFixture, "a revocation that cannot be read lets nobody in") {
  run_sql(folder / "tokens.db", "INSERT INTO revocations VALUES ('67a18dba-761b-5281-be62-275744f1eb4', 1)");
  (void)error_of(Snapshot::load(store), ErrorKind::kUnusableStore);
}
