// FORMAT.md §10, item by item: what the reference accepts and we refuse. Other tests go into each at length.
#include <algorithm>

#include "core_support.h"
#include "libtoken/third_party.h"

using namespace core_test;

namespace {

std::string refused(const std::string& header, const std::vector<TrustedThirdParty>& trusted = {}) {
  const Keys keys("kid-1", 1);
  VerifierScratch scratch;
  return grounds(Verifier(kHere, keys, trusted).verify(header, scratch));
}

std::string refused(const CaveatSet& caveats) { return refused(header_of({signed_token(caveats)})); }

const CaveatSet kOrg = CaveatSet().organization(7, kAllActions);

}  // namespace

TEST_CASE("stricter 1: base64 has no line break, and its pad bits are zero") {
  CHECK(refused("fm2_" + to_base64(signed_token(kOrg))) == "");
  std::string broken = "fm2_" + to_base64(signed_token(kOrg));
  broken.insert(20, "\n");
  CHECK(refused(broken) == "malformed");
  CHECK(kind_of(from_base64("AA==")) == "");
  CHECK(kind_of(from_base64("AB==")) == "malformed");
}

TEST_CASE("stricter 2: MessagePack is canonical, and what arrived is what is signed") {
  CHECK(refused(CaveatSet().encoded(hex("00 92 07 1f"))) == "");
  Bytes wide = signed_token(kOrg);
  const Bytes shortest = hex("00 92 07 1f");
  const auto at = std::search(wide.begin(), wide.end(), shortest.begin(), shortest.end());
  REQUIRE(at != wide.end());
  wide.insert(at + 2, 0xcc);  // the same 7, in two bytes
  CHECK(refused(header_of({wide})) == "malformed");
}

TEST_CASE("stricter 3: numbers fit their fields, and a str is UTF-8") {
  CHECK(refused(CaveatSet().encoded(hex("1a cd ffff"))) == "");
  CHECK_FALSE(CaveatSet().encoded(hex("1a ce 00010000")).check());  // a mask of 17 bits
  CHECK_FALSE(CaveatSet().encoded(hex("0f 91 a1 ff")).check());     // a machine that is not UTF-8
}

TEST_CASE("stricter 4: a signing key has 32 bytes that are not all zero") {
  CHECK(kind_of(SigningKey::from_bytes(repeated(32))) == "");
  for (const std::size_t size : {0U, 16U, 31U, 33U, 64U})
    CHECK(kind_of(SigningKey::from_bytes(repeated(size))) == "bad_key");
  CHECK(kind_of(SigningKey::from_bytes(repeated(32, 0))) == "bad_key");
}

TEST_CASE("stricter 5: a discharge is at its caveat's location, and a location has one third-party caveat") {
  Macaroon token = minted(kOrg);
  REQUIRE(add_third_party(token, kThirdParty, shared_key_of(9), {}));
  const auto& ticket = std::get<ThirdParty>(token.unverified_caveats()[1].body).ticket;
  const auto opened = value_of(OpenedTicket::open(ticket, shared_key_of(9)));
  CHECK(refused(token.text() + "," + value_of(opened.discharge(kThirdParty, {})).text()) == "");
  CHECK(refused(token.text() + "," + value_of(opened.discharge("https://elsewhere", {})).text()) ==
        "missing_discharge");
  CHECK(kind_of(add_third_party(token, kThirdParty, shared_key_of(9), {})) == "repeated_third_party");
  CHECK(refused(CaveatSet(kOrg).third_party("https://a", {}, {}).third_party("https://a", hex("00"), {})) ==
        "bad_signature");
}

TEST_CASE("stricter 6: a binding of fewer than 16 bytes matches nothing") {
  Macaroon token = minted(kOrg);
  REQUIRE(add_third_party(token, kThirdParty, shared_key_of(9), {}));
  const auto& ticket = std::get<ThirdParty>(token.unverified_caveats()[1].body).ticket;
  const auto opened = value_of(OpenedTicket::open(ticket, shared_key_of(9)));
  const Digest digest = sha256(token.tail());
  const auto bound = [&](std::size_t size) {
    const CaveatSet binding = CaveatSet().bind_to_parent(ByteView(digest).first(size));
    return refused(token.text() + "," + value_of(opened.discharge(kThirdParty, binding)).text());
  };
  CHECK(bound(16) == "");
  CHECK(bound(32) == "");
  for (const std::size_t size : {0U, 1U, 15U}) CHECK(bound(size) == "missing_discharge");
}

TEST_CASE("stricter 7: bundles, caveats, nesting, sizes and work are bounded") {
  std::string bundle = "fm2_" + to_base64(signed_token(kOrg));
  const std::string one = bundle;
  for (int i = 1; i < 64; ++i) bundle += "," + one;
  CHECK(refused(bundle) == "");
  CHECK(refused(bundle + "," + one) == "too_large");

  const auto many = [](std::uint64_t count) {
    CaveatSet caveats;
    for (std::uint64_t i = 0; i < count; ++i) caveats.number(CaveatType::kIsUser, i);
    return caveats;
  };
  CHECK(refused(many(128)) == "");
  CHECK(refused(many(129)) == "too_large");
  std::string work;
  for (int i = 0; i < 32; ++i) work += (work.empty() ? "fm2_" : ",fm2_") + to_base64(signed_token(many(128)));
  CHECK(refused(work) == "too_large");  // 32 × 129 HMACs

  const auto nested = [](std::size_t levels) {
    Bytes body = hex("cc c8");
    body.insert(body.end(), levels, 0x91);
    body.push_back(0xc0);
    return CaveatSet().encoded(body);
  };
  CHECK(refused(nested(30)) == "");  // the token and its caveat list are two more levels
  CHECK_FALSE(nested(31).check());

  const auto sized = [](std::size_t bytes) {
    return signed_token(CaveatSet().text(CaveatType::kConfineGoogleHD, std::string(bytes, 'a')));
  };
  const std::size_t rest = sized(30'000).size() - 30'000;
  CHECK(refused(header_of({sized(kMaxTokenBytes - rest)})) == "");
  CHECK(refused(header_of({sized(kMaxTokenBytes - rest + 1)})) == "too_large");
}

TEST_CASE("stricter 8: IfPresent holds no third party, binding or attestation, and its list is there") {
  CHECK(refused(CaveatSet().encoded(hex("0d 92 90 01"))) == "");
  CHECK_FALSE(CaveatSet().encoded(hex("0d 92 c0 01")).check());
  CHECK_FALSE(CaveatSet().if_present(CaveatSet().third_party("https://a", {}, {}), kRead).check());
  CHECK_FALSE(CaveatSet().if_present(CaveatSet().bind_to_parent({}), kRead).check());
  CHECK_FALSE(CaveatSet().if_present(CaveatSet().number(CaveatType::kFlyioUserID, 1), kRead).check());
}

TEST_CASE("stricter 9: a window that ends beyond 2^55 never clears") {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 55;
  Access access;
  access.org = 7;
  CHECK(verdict(CaveatSet().validity_window(-kFarthest, kFarthest), access) == "ok");
  CHECK(verdict(CaveatSet().validity_window(-kFarthest, kFarthest + 1), access) == "unauthorized");
  CHECK(verdict(CaveatSet().validity_window(-kFarthest - 1, kFarthest), access) == "unauthorized");
}

TEST_CASE("stricter 10: no IfPresent is added that can never reach its else") {
  Macaroon token = minted(kOrg);
  CHECK(kind_of(token.attenuate(CaveatSet().if_present(CaveatSet().apps({{1, kRead}}), kRead))) == "");
  CHECK(kind_of(token.attenuate(CaveatSet().if_present(kOrg, kRead))) == "unreachable_else");
}

TEST_CASE("stricter 11: adding several is all or nothing") {
  Macaroon token = minted(kOrg);
  const std::string before = token.text();
  CHECK(kind_of(token.attenuate(CaveatSet().action(kRead).if_present(kOrg, kRead))) == "unreachable_else");
  CHECK(token.text() == before);
}

TEST_CASE("stricter 12: JSON says all of it, once, in its own type") {
  CHECK(kind_of(parse_caveats_json(R"({"type":"Organization","body":{"id":7,"mask":"r"}})")) == "");
  for (const char* json :
       {R"({"type":"Organization","body":{"mask":"r"}})",
        R"({"type":"Organization","body":{"id":7,"id":7,"mask":"r"}})",
        R"({"type":"Organization","body":{"id":"7","mask":"r"}})", R"({"type":0,"body":{"id":7,"mask":"r"}})",
        R"({"type":"Organization","body":{"id":7,"mask":"rr"}})",
        R"({"type":"Organization","body":{"id":7.0,"mask":"r"}})"})
    CHECK(kind_of(parse_caveats_json(json)) == "malformed");
}

TEST_CASE("stricter 13: MaxValidity is never satisfied without an expiry") {
  const Decoded caveats(CaveatSet().number(CaveatType::kMaxValidity, 60));
  DischargeRequest request;
  CHECK_FALSE(allows_discharge(caveats[0], request));
  request.expires_unix_s = 60;
  CHECK(allows_discharge(caveats[0], request));
  request.expires_unix_s = 61;
  CHECK_FALSE(allows_discharge(caveats[0], request));
}
