// A token that makes others: what it makes can do no more than it can, nor for longer.
#include <algorithm>

#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "authority_maker_support.h"
#include "libtoken/third_party.h"
#include "tokens/chain.h"

using namespace authority_test;

namespace {

constexpr ActionMask kReadAndWrite{3};
constexpr const char* kElsewhere = "https://login.arcadia.example";

struct ProofFixture : MakerFixture {
  /// The same token as a proof: one byte of its nonce, and the tail that goes with it.
  std::string proof_of(const std::string& header) {
    const auto key = value_of(active_key(store, 8));
    const Bundle bundle = value_of(Bundle::parse(header));
    const ByteView old = bundle.parts().front()->encoded();
    Bytes encoded(old.begin(), old.end());
    constexpr std::size_t kProofByte = 1 + 1 + 18 + 18;
    REQUIRE(encoded[kProofByte] == 0xc2);
    encoded[kProofByte] = 0xc3;
    const auto proof = value_of(Macaroon::decode(encoded));
    Digest tail = chain_start(key.root.key, proof.nonce().encoded);
    for (const Caveat& caveat : proof.unverified_caveats()) tail = chain_step(tail, caveat.encoded);
    tail = chain_finalize(tail);
    std::copy(tail.begin(), tail.end(), encoded.end() - static_cast<std::ptrdiff_t>(tail.size()));
    return "FlyV1 " + value_of(Macaroon::decode(encoded)).text();
  }
};

}  // namespace

TEST_CASE_METHOD(MakerFixture, "a verified token makes a maker with all of its caveats") {
  const std::string token = narrowed(crafted(8, CaveatSet().organization(8, kAllActions)),
                                     CaveatSet().action(kRead).validity_window(kNow - 5, kNow + 500));
  const Maker made = maker(narrowed(token, CaveatSet().validity_window(kNow - 5, kNow + 50)));
  CHECK(made.id == value_of(Bundle::parse(token)).parts().front()->id());
  CHECK(equal(made.kid, value_of(active_key(store, 8)).kid));
  CHECK(made.org == 8);
  CHECK(made.caveats.size() == 4);
  CHECK(made.not_after_unix_s == kNow + 50);
  CHECK_FALSE(maker(crafted(8, CaveatSet().organization(8, kRead))).not_after_unix_s);
}

TEST_CASE_METHOD(ProofFixture, "what stands for something that cannot be handed on makes no maker") {
  const std::string token = crafted(8, CaveatSet().organization(8, kAllActions));
  const auto refused = [&](const std::string& header, const std::string& said) {
    CHECK(contains(error_of(try_maker(header), ErrorKind::kInvalidArgument), said));
  };
  SECTION("a third-party caveat, discharged") {
    const EncryptionKey shared = EncryptionKey::generate();
    Macaroon copy = value_of(Bundle::parse(token)).parts().front()->clone();
    REQUIRE(add_third_party(copy, kElsewhere, shared, {}));
    const auto ticket = std::get<ThirdParty>(copy.unverified_caveats().back().body).ticket;
    const auto discharge = value_of(value_of(OpenedTicket::open(ticket, shared)).discharge(kElsewhere, {}));
    refused("FlyV1 " + copy.text() + "," + discharge.text(), "discharge");
  }
  SECTION("a third-party caveat without its discharge, or a binding: no verifier of ours lets it pass at all") {
    Macaroon copy = value_of(Bundle::parse(token)).parts().front()->clone();
    REQUIRE(add_third_party(copy, kElsewhere, EncryptionKey::generate(), {}));
    CHECK_THROWS(try_maker("FlyV1 " + copy.text()));
    CHECK_THROWS(try_maker(narrowed(token, CaveatSet().bind_to_parent(copy.tail()))));
  }
  SECTION("a proof") { refused(proof_of(token), "proof"); }
  SECTION("not beginning with its org") {
    refused(crafted(8, {}), "begin");
    refused(crafted(8, CaveatSet().organization(7, kAllActions)), "begin");
    refused(crafted(8, CaveatSet().organization(0, kAllActions)), "begin");
    refused(crafted(8, CaveatSet().action(kRead).organization(8, kAllActions)), "begin");
  }
}

TEST_CASE_METHOD(MakerFixture, "what is minted carries the maker's restrictions and then the profile's") {
  const std::string token = narrowed(minted(Profile::kOrg, "arcadia-prod"), CaveatSet().action(kReadAndWrite));
  const auto child = mint_with(asked(token));
  CHECK(ask(child.header, "rw", "arcadia-prod").allowed);
  CHECK_FALSE(ask(child.header, "d", "arcadia-prod").allowed);
  CHECK_FALSE(ask(child.header, "r", "arcadia-dev").allowed);
  const auto own = maker(token).caveats;
  const auto made = maker(child.header).caveats;
  REQUIRE(made.bytes().size() >= own.bytes().size());
  CHECK(equal(made.bytes().first(own.bytes().size()), own.bytes()));

  const auto deploy = mint_with(asked(token, Profile::kDeploy, "arcadia-prod-api"));
  CHECK(ask(deploy.header, "w", "arcadia-prod", "arcadia-prod-api").allowed);
  CHECK_FALSE(ask(deploy.header, "C", "arcadia-prod", "arcadia-prod-api").allowed);
  CHECK_FALSE(ask(deploy.header, "w", "arcadia-prod").allowed);

  // A deploy token that makes an org one has made another deploy token.
  const auto org = mint_with(asked(deploy.header));
  CHECK_FALSE(ask(org.header, "w", "arcadia-prod").allowed);
  CHECK(ask(org.header, "r", "arcadia-prod").allowed);

  const auto ssh = mint_with(asked(token, Profile::kSsh, "arcadia-prod-api"));
  const auto copies = value_of(Bundle::parse(ssh.header));
  REQUIRE(copies.parts().size() == 2);
  for (const auto& part : copies.parts()) {
    const ByteView encoded = part->encoded();
    CHECK(std::search(encoded.begin(), encoded.end(), own.bytes().begin(), own.bytes().end()) != encoded.end());
  }
}

TEST_CASE_METHOD(MakerFixture, "the registry keeps which token made which, and who made the others") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const auto request = asked(token, Profile::kDeploy, "arcadia-prod-api");
  const auto child = value_of(find_token(store, mint_with(request).id));
  CHECK(child.maker == request.maker->id);
  CHECK(child.local_user.empty());
  const auto first = value_of(find_token(store, request.maker->id));
  CHECK_FALSE(first.maker);
  CHECK(first.local_user == "ann");
}

TEST_CASE_METHOD(MakerFixture, "what is minted ends no later than its maker, wherever the maker's end stands") {
  const std::string endless = crafted(8, CaveatSet().organization(8, kAllActions));
  const auto end_of = [&](const std::string& with, std::optional<std::int64_t> wanted) {
    auto request = asked(with);
    request.not_after_unix_s = wanted;
    const auto made = mint_with(request);
    const auto recorded = value_of(find_token(store, made.id)).not_after_unix_s;
    // The registry's end is one for every access: a second later nothing is allowed.
    if (recorded) {
      CHECK(ask(made.header, "r", "arcadia-prod", {}, *recorded).allowed);
      CHECK_FALSE(ask(made.header, "r", "arcadia-prod", {}, *recorded + 1).allowed);
    }
    return recorded;
  };
  CHECK(end_of(endless, std::nullopt) == std::nullopt);
  CHECK(end_of(endless, kNow + 9) == kNow + 9);
  const std::string ending = narrowed(endless, CaveatSet().validity_window(kNow - 1, kNow + 100));
  CHECK(end_of(ending, std::nullopt) == kNow + 100);
  CHECK(end_of(ending, kNow + 200) == kNow + 100);
  CHECK(end_of(ending, kNow + 50) == kNow + 50);
  CHECK(end_of(narrowed(ending, CaveatSet().validity_window(kNow - 1, kNow + 20)), kNow + 50) == kNow + 20);
  CHECK(end_of(narrowed(minted(Profile::kReadonly, "arcadia-prod"), CaveatSet()), std::nullopt) == kNow + 2 * kDay);

  auto over = asked(narrowed(endless, CaveatSet().validity_window(kNow - 100, kNow)));
  (void)error_of(mint(store, over, kAnn, kNow), ErrorKind::kInvalidArgument);
}

TEST_CASE_METHOD(MakerFixture, "a maker makes nothing for another org, and nothing once its key is retired") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const std::size_t before = std::stoul(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens"));
  auto request = asked(token);
  request.org = std::string("arcadia-dev");
  (void)error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument);
  request = asked(token, Profile::kDeploy, "arcadia-dev-api");
  (void)error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument);

  request = asked(token);
  const Bytes kid = value_of(active_key(store, 8)).kid;
  (void)value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const auto child = mint_with(request);  // its key verifies still
  (void)value_of(retire_key(store, kid, 10, kAnn, kNow));
  CHECK(contains(error_of(mint(store, request, kAnn, kNow), ErrorKind::kRevoked), "retired"));
  // It is signed with the new key, and was made with what died: whoever stole the old key could have made it.
  CHECK_FALSE(ask(child.header, "r", "arcadia-prod").allowed);
  CHECK(value_of(find_token(store, child.id)).revoked_unix_s == kNow);
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens") == std::to_string(before + 1));
}

TEST_CASE_METHOD(MakerFixture, "a maker that was in no record is in one then, and what it makes ends with its key") {
  const auto request = asked(crafted(8, CaveatSet().organization(8, kAllActions)));
  const Bytes kid = value_of(active_key(store, 8)).kid;
  (void)value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const auto child = mint_with(request);
  CHECK(value_of(find_token(store, child.id)).maker == request.maker->id);
  CHECK(value_of(find_token(store, request.maker->id)).name == "not issued here");
  (void)value_of(retire_key(store, kid, 10, kAnn, kNow));
  CHECK_FALSE(ask(child.header, "r", "arcadia-prod").allowed);
}

TEST_CASE_METHOD(MakerFixture, "what a key's tokens made counts among what dies with the key") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  const Bytes kid = value_of(active_key(store, 8)).kid;
  (void)value_of(rotate_key(store, std::string("arcadia-prod"), kAnn, kNow));
  const auto live = [&] {
    for (const KeyInfo& key : value_of(list_keys(store, NameOrId{std::string("arcadia-prod")}, kNow))) {
      if (key.kid == kid) return key.live_tokens;
    }
    return std::size_t{0};
  };
  const std::size_t before = live();
  const auto child = mint_with(asked(token));
  (void)mint_with(asked(child.header));
  CHECK(live() == before + 2);
  (void)error_of(retire_key(store, kid, before + 1, kAnn, kNow), ErrorKind::kConflict);
}

TEST_CASE_METHOD(MakerFixture, "no label holds a token or a control character") {
  const std::string token = minted(Profile::kOrg, "arcadia-prod");
  for (const std::string& label : {token.substr(0, 150), std::string("bo\x01b"), std::string("a\x7f"),
                                   std::string("a\u0080b"), std::string("a\u0085b"), std::string("a\u009f"),
                                   std::string("a\ufdd0"), std::string("a\ufffe"), std::string("a\U0003ffffb")}) {
    auto request = asked(token);
    request.holder = label;
    (void)error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument);
    request.holder.clear();
    request.name = label;
    CHECK_THAT(error_of(mint(store, request, kAnn, kNow), ErrorKind::kInvalidArgument),
               Catch::Contains("must not contain"));
  }
}

TEST_CASE_METHOD(MakerFixture, "a maker with so many caveats that no token could hold them is told so") {
  CaveatSet many;
  many.organization(8, kAllActions);
  for (int i = 0; i < 127; ++i) many.validity_window(i, kNow + 1000);
  (void)error_of(mint(store, asked(crafted(8, many), Profile::kReadonly), kAnn, kNow), ErrorKind::kInvalidArgument);
  CHECK(run_sql(folder / "tokens.db", "SELECT count(*) FROM tokens") == "0");
}
