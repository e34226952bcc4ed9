// FORMAT.md §4 and §5: what verifies, and on what ground the rest is refused.
#include "verifier_support.h"

using namespace core_test;

TEST_CASE("a token verifies under the root key that its kid names, in versions 0 and 1, as a proof or not") {
  RawToken token;
  token.caveats = CaveatSet().organization(7, kRead);
  CHECK(outcome({token.encode()}) == "verified");
  token.version = 0;
  CHECK(outcome({token.encode()}) == "verified");
  token.version = 1;
  token.proof = true;
  CHECK(outcome({token.encode()}) == "verified");
  token.key = key_of(2);
  CHECK(outcome({token.encode()}) == "bad_signature");
  token.kid = copy_of(bytes_of("kid-2"));
  CHECK(outcome({token.encode()}) == "unknown_key");
}

TEST_CASE("a proof's tail is finalised, and an unfinished one does not verify as a proof") {
  RawToken token;
  Bytes encoded = token.encode();  // an ordinary token …
  encoded[1 + 1 + 7 + 18] = 0xc3;  // … that says it is a proof
  REQUIRE(Macaroon::decode(encoded)->nonce().proof);
  CHECK(outcome({encoded}) == "bad_signature");
}

TEST_CASE("a token for another location is no permission token") {
  RawToken token;
  token.location = "https://tokens.localhost/v2";
  CHECK(outcome({token.encode()}) == "wrong_location");
  token.location = "";
  CHECK(outcome({token.encode()}) == "wrong_location");
  const Bytes other = token.encode();
  CHECK(outcome({other, signed_token({})}) == "verified");
}

TEST_CASE("a bundle verifies if one of its permission tokens does, and the others are refused each on its ground") {
  RawToken forged, unknown;
  forged.key = key_of(9);
  unknown.kid = hex("00");
  const std::string header =
      header_of({forged.encode(), hex("94"), signed_token(CaveatSet().action(kRead)), unknown.encode(), hex("90")});
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys());
  const Verification verification = verifier.verify(header, scratch);
  REQUIRE(verification.tokens.size() == 1);
  CHECK(verification.tokens[0].part() == 2);
  CHECK(verification.tokens[0].key_owner() == 42);
  CHECK(verification.tokens[0].location() == kHere);
  CHECK(text_of(verification.tokens[0].nonce().kid) == "kid-1");
  CHECK(grounds(verification) == "bad_signature truncated unknown_key malformed");
  std::vector<std::size_t> parts;
  for (const Refusal& refusal : verification.refusals) parts.push_back(refusal.part);
  CHECK(parts == std::vector<std::size_t>{0, 1, 3, 4});
  CHECK(verification.refusals[1].missing_bytes > 0);
}

TEST_CASE("a header that is none is refused as a whole") {
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys());
  for (const auto& [header, kind] : std::map<std::string, std::string>{
           {"", "malformed"}, {"FlyV1 fm2_Q", "truncated"}, {std::string(64, ','), "too_large"}}) {
    const Verification verification = verifier.verify(header, scratch);
    CHECK(grounds(verification) == kind);
    REQUIRE(verification.refusals.size() == 1);
    CHECK(verification.refusals[0].part == Refusal::kWholeHeader);
  }
}

TEST_CASE("every verified token comes out, with its caveats in order") {
  const std::string header = header_of(
      {signed_token(CaveatSet().action(kRead).is_member()), signed_token(CaveatSet().organization(7, kRead))});
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys());
  const Verification verification = verifier.verify(header, scratch);
  REQUIRE(verification.tokens.size() == 2);
  REQUIRE(verification.tokens[0].caveats().size() == 2);
  CHECK(verification.tokens[0].caveats()[0]->type == CaveatType::kAction);
  CHECK(verification.tokens[0].caveats()[1]->type == CaveatType::kIsMember);
  REQUIRE(verification.tokens[1].caveats().size() == 1);
  CHECK(verification.tokens[1].caveats()[0]->type == CaveatType::kOrganization);
  CHECK(verification.refusals.empty());
}

TEST_CASE("an attestation counts in a permission token that is a proof, and breaks one that is none") {
  RawToken token;
  token.caveats = CaveatSet().organization(7, kRead).number(CaveatType::kFlyioUserID, 5);
  CHECK(outcome({token.encode()}) == "bad_signature");
  token.proof = true;
  CHECK(yielded({token.encode()}) == "Organization FlyioUserID");
}

TEST_CASE("a permission token with a binding never verifies") {
  CHECK(outcome({signed_token(CaveatSet().bind_to_parent(repeated(16)))}) == "bad_signature");
  CHECK(outcome({signed_token(CaveatSet().bind_to_parent({}))}) == "bad_signature");
}

TEST_CASE("a bundle takes 4096 HMACs at most, all its tokens together") {
  CaveatSet caveats;
  for (std::uint64_t i = 0; i < 127; ++i) caveats.number(CaveatType::kIsUser, i);
  RawToken token;
  token.caveats = caveats;  // one HMAC for the nonce and 127 for the caveats
  std::string header = "FlyV1 ";
  for (int i = 0; i < 32; ++i) header += (i ? "," : "") + token.macaroon().text();
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys());
  CHECK(verifier.verify(header, scratch).tokens.size() == 32);
  const std::string one_more = header + ",fm2_" + to_base64(signed_token({}));
  const Verification verification = verifier.verify(one_more, scratch);
  CHECK_FALSE(verification.verified());
  CHECK(grounds(verification) == "too_large");
  REQUIRE(verification.refusals.size() == 1);
  CHECK(verification.refusals[0].part == Refusal::kWholeHeader);
  RawToken proof = token;  // the finalising HMAC counts
  proof.proof = true;
  CHECK(grounds(verifier.verify(header.substr(0, header.rfind(',')) + "," + proof.macaroon().text(), scratch)) ==
        "too_large");
}

TEST_CASE("a scratch used for many headers gives the answers of a fresh one") {
  std::vector<std::string> headers;
  Discharged one;
  one.discharge.caveats = CaveatSet().validity_window(0, 9);
  RawToken forged;
  forged.key = key_of(9);
  CaveatSet many;
  for (std::uint64_t i = 0; i < 100; ++i) many.apps({{i, kRead}});
  headers.push_back(header_of({one.token.encode(), one.discharge.encode()}));
  headers.push_back(header_of({signed_token(many), signed_token(many)}));
  headers.push_back(header_of({forged.encode()}));
  headers.push_back("");
  headers.push_back("FlyV1 fm2_Q");
  headers.push_back(header_of({hex("94"), signed_token({})}));
  headers.push_back(header_of({one.token.encode()}));
  headers.push_back(
      header_of({signed_token(CaveatSet().if_present(CaveatSet().apps({{1, kRead}}).mutations({"a"}), kRead))}));
  const Verifier verifier(kHere, keys());
  const auto told = [&](const std::string& header, VerifierScratch& scratch) {
    const Verification verification = verifier.verify(header, scratch);
    std::string all = grounds(verification);
    for (const VerifiedToken& token : verification.tokens) {
      all += " token " + std::to_string(token.part());
      for (const Caveat* caveat : token.caveats()) all += caveat_to_json(*caveat).dump();
    }
    return all;
  };
  VerifierScratch used;
  std::uint32_t state = 7;
  for (int round = 0; round < 200; ++round) {
    const std::string& header = headers[(state = state * 1664525 + 1013904223) >> 8 & 7];
    VerifierScratch fresh;
    const std::string answer = told(header, used);
    CHECK(answer == told(header, fresh));
    CHECK_FALSE(answer.empty());
  }
}
