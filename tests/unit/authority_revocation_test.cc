// A revoked id is refused, with every copy of its token, and tells its holder nothing of the registry.
#include "authority/revocations.h"
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

  REQUIRE(revoke(store, id_of(token), kNow));
  REQUIRE(revoke(store, id_of(token), kNow));  // again is fine
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
  REQUIRE(revoke(store, id_of(token), kNow));
  CHECK(codes(ask(token, "r", "no-such-org")) == Codes{"revoked"});
  CHECK(codes(ask(token, "r", "arcadia-prod", "no-such-app")) == Codes{"revoked"});
}

TEST_CASE_METHOD(JudgeFixture, "an id that was never issued here can be revoked") {
  REQUIRE(revoke(store, numbered(7), kNow));
  CHECK(value_of(Snapshot::load(store))->is_revoked(numbered(7)));
  CHECK_FALSE(value_of(Snapshot::load(store))->is_revoked(numbered(8)));
}
