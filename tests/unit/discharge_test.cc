// FORMAT.md §5: what discharges a third-party caveat, binds, and attests.
#include "verifier_support.h"
#include "wire/aead.h"

using namespace core_test;

TEST_CASE("a third-party caveat needs a discharge, before or after its token in the header") {
  Discharged one;
  one.discharge.caveats = CaveatSet().validity_window(0, 9);
  CHECK(outcome({one.token.encode()}) == "missing_discharge");
  CHECK(yielded({one.token.encode(), one.discharge.encode()}) == "Organization Action ValidityWindow");
  CHECK(yielded({one.discharge.encode(), one.token.encode()}) == "Organization Action ValidityWindow");
  one.discharge.proof = false;
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "verified");
}

TEST_CASE("the refusal names the third party") {
  Discharged one;
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys());
  const std::string header = header_of({one.token.encode()});
  const Verification verification = verifier.verify(header, scratch);
  REQUIRE(verification.refusals.size() == 1);
  CHECK(verification.refusals[0].third_party == kThirdParty);
}

TEST_CASE("a discharge counts only with its ticket, its location, r as its key, and no third party of its own") {
  const Discharged good;
  Discharged one;
  one.discharge.kid[20] ^= 1;
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
  one = Discharged();
  one.discharge.location = "https://other.localhost/";
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
  one = Discharged();
  one.discharge.key = key_of(0x34);
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
  one = Discharged();
  one.discharge.caveats = CaveatSet().third_party("https://x", {}, {});
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
  one = Discharged();
  CHECK(outcome({one.token.encode(), good.discharge.encode()}) == "missing_discharge");  // another token's
  CHECK(outcome({one.token.encode(), good.discharge.encode(), one.discharge.encode()}) == "verified");
}

TEST_CASE("the first discharge that verifies counts, in the header's order") {
  Discharged one;
  RawToken wrong = one.discharge, second = one.discharge;
  wrong.key = key_of(0x35);
  wrong.caveats = CaveatSet().is_member();
  second.caveats = CaveatSet().number(CaveatType::kIsUser, 1);
  CHECK(yielded({wrong.encode(), one.token.encode(), one.discharge.encode(), second.encode()}) ==
        "Organization Action");
  CHECK(yielded({wrong.encode(), second.encode(), one.token.encode(), one.discharge.encode()}) ==
        "Organization Action IsUser");
}

TEST_CASE("discharges yield in the order of the third-party caveats, wherever they stand") {
  Discharged one;
  const std::string other_location = "https://other.localhost";
  RawToken parent;
  parent.caveats = one.token.caveats;
  const SigningKey r = key_of(0x36);
  RawToken second;
  second.key = r;
  second.kid = hex("0102");
  second.location = other_location;
  second.caveats = CaveatSet().is_member();
  one.token.caveats.third_party(other_location, seal(parent.macaroon().tail(), r.expose_secret()), second.kid);
  one.token.caveats.flysrc("", "", "");
  one.discharge.caveats = CaveatSet().validity_window(0, 1);
  const std::string expected = "Organization Action FlySrc ValidityWindow IsMember";
  CHECK(yielded({one.token.encode(), one.discharge.encode(), second.encode()}) == expected);
  CHECK(yielded({second.encode(), one.token.encode(), one.discharge.encode()}) == expected);
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
  CHECK(outcome({one.token.encode(), second.encode()}) == "missing_discharge");
}

TEST_CASE("two third-party caveats for one location never verify") {
  Discharged one;
  CaveatSet twice = one.token.caveats;
  twice.third_party(kThirdParty, repeated(60), hex("01"));
  one.token.caveats = twice;
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "bad_signature");
}

TEST_CASE("a verifier key is sealed under the tail before its caveat, and holds 32 bytes that are not zeros") {
  Discharged one;
  const auto with_verifier_key = [&](const Bytes& sealed) {
    one.token.caveats = CaveatSet(one.before).third_party(kThirdParty, sealed, one.discharge.kid);
    return outcome({one.token.encode(), one.discharge.encode()});
  };
  RawToken parent;
  parent.caveats = one.before;
  const Macaroon before = parent.macaroon();
  CHECK(with_verifier_key(seal(before.tail(), one.r.expose_secret())) == "verified");
  parent.caveats = {};
  CHECK(with_verifier_key(seal(parent.macaroon().tail(), one.r.expose_secret())) == "missing_discharge");
  CHECK(with_verifier_key({}) == "missing_discharge");
  CHECK(with_verifier_key(seal(before.tail(), repeated(31, 0x33))) == "missing_discharge");
  CHECK(with_verifier_key(seal(before.tail(), repeated(33, 0x33))) == "missing_discharge");
  CHECK(with_verifier_key(seal(before.tail(), repeated(32, 0))) == "missing_discharge");
}

TEST_CASE("a binding names a stage of the parent's chain, T0 and the last included, with 16 bytes at least") {
  Discharged one;
  const auto bound = [&](std::initializer_list<Bytes> prefixes) {
    one.discharge.caveats = {};
    for (const Bytes& prefix : prefixes) one.discharge.caveats.bind_to_parent(prefix);
    return outcome({one.token.encode(), one.discharge.encode()});
  };
  const Digest last = sha256(one.token.macaroon().tail());
  const auto first_bytes = [](const Digest& digest, std::size_t size) {
    return Bytes(digest.begin(), digest.begin() + static_cast<std::ptrdiff_t>(size));
  };
  for (const std::size_t size : {16U, 17U, 32U}) CHECK(bound({first_bytes(last, size)}) == "verified");
  for (const std::size_t size : {0U, 1U, 15U}) CHECK(bound({first_bytes(last, size)}) == "missing_discharge");
  CHECK(bound({joined({first_bytes(last, 32), hex("00")})}) == "missing_discharge");
  RawToken stage;
  const Digest t0 = sha256(stage.macaroon().tail());
  CHECK(bound({first_bytes(t0, 16)}) == "verified");
  stage.caveats = one.before;
  const Digest middle = sha256(stage.macaroon().tail());
  CHECK(bound({first_bytes(middle, 16)}) == "verified");
  CHECK(bound({first_bytes(t0, 16), first_bytes(last, 20)}) == "verified");
  CHECK(bound({first_bytes(t0, 16), repeated(16)}) == "missing_discharge");
  CHECK(bound({repeated(16)}) == "missing_discharge");
  CHECK(yielded({one.token.encode(), Discharged().discharge.encode()}) == "missing_discharge");
}

TEST_CASE("a proof's chain is bound to before it is finalised") {
  Discharged one;
  const Digest unfinished = sha256(one.token.macaroon().tail());
  one.token.proof = true;  // another nonce, and so another chain
  one.seal_all();
  one.discharge.caveats = CaveatSet().bind_to_parent(ByteView(unfinished).first(16));
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
  one.discharge.caveats = CaveatSet().bind_to_parent(ByteView(sha256(one.token.macaroon().tail())).first(16));
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "missing_discharge");
}

TEST_CASE("attestations of a trusted third party count, others are dropped, and in no proof they break the discharge") {
  Discharged one;
  one.discharge.caveats = CaveatSet().number(CaveatType::kFlyioUserID, 5).is_member();
  const Bytes token = one.token.encode();
  const Bytes discharge = one.discharge.encode();
  CHECK(yielded({token, discharge}, one.trusted()) == "Organization Action FlyioUserID IsMember");
  CHECK(yielded({token, discharge}) == "Organization Action IsMember");
  CHECK(yielded({token, discharge}, {{kThirdParty, {}}}) == "Organization Action IsMember");
  CHECK(yielded({token, discharge}, {{kThirdParty, {shared_key_of(9)}}}) == "Organization Action IsMember");
  CHECK(yielded({token, discharge}, {{"https://other", {one.shared}}}) == "Organization Action IsMember");
  CHECK(yielded({token, discharge}, {{kThirdParty, {shared_key_of(9), one.shared}}}) ==
        "Organization Action FlyioUserID IsMember");
  one.discharge.proof = false;
  CHECK(outcome({token, one.discharge.encode()}, one.trusted()) == "missing_discharge");
}

TEST_CASE(
    "a ticket of a trusted third party that contradicts the verifier key, or is malformed, breaks the discharge") {
  Discharged one;
  one.r_in_ticket = key_of(0x66);
  one.seal_all();
  CHECK(outcome({one.token.encode(), one.discharge.encode()}) == "verified");
  CHECK(outcome({one.token.encode(), one.discharge.encode()}, one.trusted()) == "missing_discharge");
  for (const char* content : {"92 c400 90", "c3", "", "92 c0 90"}) {
    Discharged two;
    two.discharge.kid = seal(two.shared.expose_secret(), hex(content));
    RawToken parent;
    parent.caveats = two.before;
    two.token.caveats =
        CaveatSet(two.before)
            .third_party(kThirdParty, seal(parent.macaroon().tail(), two.r.expose_secret()), two.discharge.kid);
    CHECK(outcome({two.token.encode(), two.discharge.encode()}) == "verified");
    CHECK(outcome({two.token.encode(), two.discharge.encode()}, two.trusted()) == "missing_discharge");
  }
}
