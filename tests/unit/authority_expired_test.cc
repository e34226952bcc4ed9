// Tokens whose time is not now, and tokens whose key was retired: each has a reason of its own.
#include "authority/keys/root_keys.h"
#include "authority/registry/registry.h"
#include "authority/tokens/deletions.h"
#include "authority/tokens/keyring.h"
#include "authority_judge_support.h"
#include "libtoken/bundle.h"
#include "libtoken/third_party.h"

using namespace authority_test;

namespace {

constexpr std::uint64_t kProdId = 8;

CaveatSet of_prod() { return CaveatSet().organization(kProdId, kAllActions); }

std::string and_also(const std::string& header, const std::string& more) { return header + "," + more.substr(6); }

}  // namespace

TEST_CASE_METHOD(JudgeFixture, "a token whose only fault is its time says when that was or will be") {
  const auto over = ask(crafted(kProdId, of_prod().validity_window(0, kNow - 1)), "r", "arcadia-prod");
  REQUIRE(codes(over) == Codes{"expired"});
  CHECK(over.reasons[0].time_unix_s == kNow - 1);
  CHECK(over.reasons[0].caveat_index == 1);
  CHECK(over.reasons[0].verdict == Verdict::kUnauthorized);
  CHECK(over.reasons[0].message == "The token ended at 2027-01-15T07:59:59Z, says its caveat 2 (ValidityWindow).");

  const auto early = ask(crafted(kProdId, of_prod().validity_window(kNow + 1, kNow + 9)), "r", "arcadia-prod");
  REQUIRE(codes(early) == Codes{"not_yet_valid"});
  CHECK(early.reasons[0].time_unix_s == kNow + 1);
  CHECK(early.reasons[0].message == "The token begins at 2027-01-15T08:00:01Z, says its caveat 2 (ValidityWindow).");
}

TEST_CASE_METHOD(JudgeFixture, "a token that would not allow it at any time is not called expired") {
  const auto over = of_prod().organization(kProdId, kRead).validity_window(0, kNow - 1);
  CHECK(codes(ask(crafted(kProdId, over), "w", "arcadia-prod")) == Codes{"caveat", "caveat"});
  CHECK(codes(ask(crafted(kProdId, over), "r", "arcadia-prod")) == Codes{"expired"});
  CHECK(codes(ask(crafted(kProdId, over), "r", "arcadia-dev")) == Codes{"wrong_org"});
  // One beyond the limits never clears, and one that ends before it begins is not worth waiting for.
  CHECK(codes(ask(crafted(kProdId, of_prod().validity_window(0, std::int64_t{1} << 56)), "r", "arcadia-prod")) ==
        Codes{"caveat"});
  CHECK(codes(ask(crafted(kProdId, of_prod().validity_window(kNow + 9, kNow + 5)), "r", "arcadia-prod")) ==
        Codes{"caveat"});
  const auto never = of_prod().validity_window(kNow + 9, kNow + 20).validity_window(0, kNow + 5);
  CHECK(codes(ask(crafted(kProdId, never), "r", "arcadia-prod")) == Codes{"caveat"});
}

TEST_CASE_METHOD(JudgeFixture, "of several windows the first end and the last beginning count") {
  const auto ended = of_prod().validity_window(0, kNow - 5).validity_window(0, kNow - 9).validity_window(0, kNow + 9);
  const auto over = ask(crafted(kProdId, ended), "r", "arcadia-prod");
  REQUIRE(codes(over) == Codes{"expired"});
  CHECK(over.reasons[0].time_unix_s == kNow - 9);
  CHECK(over.reasons[0].caveat_index == 2);

  const auto later = of_prod().validity_window(kNow + 5, kNow + 99).validity_window(kNow + 9, kNow + 90);
  const auto early = ask(crafted(kProdId, later), "r", "arcadia-prod");
  REQUIRE(codes(early) == Codes{"not_yet_valid"});
  CHECK(early.reasons[0].time_unix_s == kNow + 9);

  // One that has ended and another that has not begun: it will never be good again.
  const auto both = of_prod().validity_window(0, kNow - 5).validity_window(kNow + 9, kNow + 90);
  const auto never = ask(crafted(kProdId, both), "r", "arcadia-prod");
  REQUIRE(codes(never) == Codes{"expired"});
  CHECK(never.reasons[0].time_unix_s == kNow - 5);
}

TEST_CASE_METHOD(JudgeFixture, "in a bundle each token has its own reason") {
  const std::string over = crafted(kProdId, of_prod().validity_window(0, kNow - 1));
  const std::string reading = crafted(kProdId, of_prod().organization(kProdId, kRead));
  const auto denied = ask(and_also(reading, over), "w", "arcadia-prod");
  REQUIRE(codes(denied) == Codes{"caveat", "expired"});
  CHECK(denied.reasons[1].part == 1);
  CHECK(ask(and_also(over, reading), "r", "arcadia-prod").allowed);
}

TEST_CASE_METHOD(JudgeFixture, "a discharge that ended first is named") {
  const EncryptionKey shared = EncryptionKey::generate();
  Macaroon token =
      value_of(Bundle::parse(crafted(kProdId, of_prod().validity_window(0, kNow + 99)))).parts().front()->clone();
  REQUIRE(add_third_party(token, "https://login.example", shared, CaveatSet()));
  const auto with_discharge = [&](std::int64_t from, std::int64_t until) {
    const auto ticket = std::get<ThirdParty>(token.unverified_caveats().back().body).ticket;
    const Macaroon discharge =
        value_of(value_of(OpenedTicket::open(ticket, shared))
                     .discharge("https://login.example", CaveatSet().validity_window(from, until)));
    return "FlyV1 " + token.text() + "," + discharge.text();
  };
  CHECK(ask(with_discharge(0, kNow + 5), "r", "arcadia-prod").allowed);
  const auto over = ask(with_discharge(0, kNow - 5), "r", "arcadia-prod");
  REQUIRE(codes(over) == Codes{"expired"});
  CHECK(over.reasons[0].time_unix_s == kNow - 5);
  CHECK(over.reasons[0].part == 1);
  CHECK(over.reasons[0].caveat_index == 0);
  CHECK(over.reasons[0].message ==
        "The discharge from https://login.example ended at 2027-01-15T07:59:55Z, says its caveat 1 (ValidityWindow): "
        "fetch a new one.");
  CHECK(codes(ask(with_discharge(kNow + 5, kNow + 6), "r", "arcadia-prod")) == Codes{"not_yet_valid"});
}

TEST_CASE_METHOD(JudgeFixture, "only who was signed with a retired key hears that it was retired") {
  const std::string old = minted(Profile::kReadonly, "arcadia-prod");
  const OrgKey key = value_of(active_key(store, kProdId));
  const std::string forged =
      "FlyV1 " + value_of(Macaroon::mint(key.kid, kDefaultLocation, SigningKey::generate(), of_prod())).text();
  const std::string strange =
      "FlyV1 " + value_of(Macaroon::mint(Bytes(16, 3), kDefaultLocation, SigningKey::generate(), of_prod())).text();
  CHECK(codes(ask(forged, "r", "arcadia-prod")) == Codes{"bad_signature"});  // while the key is in use
  (void)value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  (void)value_of(retire_key(store, key.kid, 9, kAnn, kNow));

  const auto retired = ask(old, "r", "arcadia-prod");
  REQUIRE(codes(retired) == Codes{"key_retired"});
  CHECK_FALSE(retired.token);
  CHECK(contains(retired.reasons[0].log_note, "is retired"));
  // To whoever only names the key, it is as unknown as one that there never was.
  const auto named = ask(forged, "r", "arcadia-prod");
  const auto unknown = ask(strange, "r", "arcadia-prod");
  REQUIRE(codes(named) == Codes{"unknown_key"});
  CHECK(named.reasons[0].message == unknown.reasons[0].message);
  CHECK(contains(named.reasons[0].log_note, "does not match"));  // who is on call may know

  // In one header each is told apart, whatever it stands beside.
  const auto all = ask(and_also(and_also(forged, old), strange), "r", "arcadia-prod");
  CHECK(codes(all) == Codes{"unknown_key", "key_retired", "unknown_key"});
  const std::string good = minted(Profile::kReadonly, "arcadia-prod");
  CHECK(codes(ask(and_also(good, old), "w", "arcadia-prod")) == Codes{"caveat", "key_retired"});

  // A discharge that is missing does not hide it.
  Macaroon needing = value_of(Bundle::parse(old)).parts().front()->clone();
  REQUIRE(add_third_party(needing, "https://login.example", EncryptionKey::generate(), CaveatSet()));
  CHECK(codes(ask("FlyV1 " + needing.text(), "r", "arcadia-prod")) == Codes{"key_retired"});
}

TEST_CASE_METHOD(JudgeFixture, "a key that is not kept any more was retired, whoever asks") {
  const std::string old = minted(Profile::kReadonly, "arcadia-prod");
  (void)value_of(delete_org(store, std::string("arcadia-prod"), 9, kAnn, kNow));
  CHECK(codes(ask(old, "r", "arcadia-dev")) == Codes{"key_retired"});
}
