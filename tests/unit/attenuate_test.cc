// FORMAT.md §4: adding caveats.
#include "core_support.h"

using namespace core_test;

namespace {

std::string adding(Macaroon& token, const CaveatSet& caveats) { return kind_of(token.attenuate(caveats)); }

// Adding is refused for this reason and changes nothing.
void refuses(Macaroon& token, const CaveatSet& caveats, const std::string& kind) {
  const Bytes before = copy_of(token.encoded());
  CHECK(adding(token, caveats) == kind);
  CHECK(equal(token.encoded(), before));
  CHECK(equal(Macaroon::decode(before)->tail(), token.tail()));
}

bool verifies(const Macaroon& token) {
  static const Keys keys("kid-1", 1);
  VerifierScratch scratch;
  const std::string header = "FlyV1 " + token.text();
  return Verifier(kHere, keys).verify(header, scratch).verified();
}

RawToken proof_of(const CaveatSet& caveats) {
  RawToken proof;
  proof.proof = true;
  proof.caveats = caveats;
  return proof;
}

}  // namespace

TEST_CASE("a minted token has version 1, 16 random bytes, its caveats in order, and verifies") {
  const Macaroon token = minted(CaveatSet().organization(7, kAllActions).action(kRead));
  CHECK(token.nonce().version == 1);
  CHECK_FALSE(token.nonce().proof);
  CHECK(text_of(token.nonce().kid) == "kid-1");
  CHECK(token.nonce().rnd.size() == 16);
  CHECK(token.location() == kHere);
  REQUIRE(token.unverified_caveats().size() == 2);
  CHECK(token.unverified_caveats()[0].type == CaveatType::kOrganization);
  CHECK(token.unverified_caveats()[1].type == CaveatType::kAction);
  CHECK(verifies(token));
  CHECK_FALSE(equal(token.nonce().rnd, minted({}).nonce().rnd));
}

TEST_CASE("minting keeps the rules for adding") {
  const auto mint = [](const CaveatSet& caveats, std::string_view location = kHere) {
    return kind_of(Macaroon::mint(bytes_of("k"), location, key_of(1), caveats));
  };
  CHECK(mint({}) == "");
  CHECK(mint({}, "\xff") == "invalid_argument");
  CHECK(mint(CaveatSet().number(CaveatType::kFlyioUserID, 1)) == "misplaced_attestation");
  CHECK(mint(CaveatSet().if_present(CaveatSet().action(kRead), kRead)) == "unreachable_else");
  CHECK(mint(CaveatSet().apps({{1, kRead}, {1, kWrite}})) == "malformed");
  CHECK(mint(CaveatSet().names(CaveatType::kVolumes, {{"\xff", kRead}})) == "malformed");
  CHECK(mint({}, std::string(33000, 'a')) == "too_large");
}

TEST_CASE("adding appends to the chain: the narrowed copy verifies, and so does its parent") {
  const Macaroon parent = minted(CaveatSet().organization(7, kAllActions));
  Macaroon child = parent.clone();
  CHECK(adding(child, CaveatSet().action(kRead).validity_window(0, 5)) == "");
  CHECK(child.unverified_caveats().size() == 3);
  CHECK(verifies(child));
  CHECK(verifies(parent));
  CHECK(parent.unverified_caveats().size() == 1);
  CHECK_FALSE(equal(parent.tail(), child.tail()));
}

TEST_CASE("adding one by one or together gives the same token") {
  const Macaroon parent = minted({});
  Macaroon together = parent.clone();
  Macaroon stepwise = parent.clone();
  CHECK(adding(together, CaveatSet().action(kRead).is_member()) == "");
  CHECK(adding(stepwise, CaveatSet().action(kRead)) == "");
  CHECK(adding(stepwise, CaveatSet().is_member()) == "");
  CHECK(equal(together.encoded(), stepwise.encoded()));
}

TEST_CASE("a token without its last caveat does not verify") {
  Macaroon token = minted(CaveatSet().organization(7, kAllActions));
  CHECK(adding(token, CaveatSet().action(kRead)) == "");
  RawToken stripped;
  stripped.key = key_of(2);  // whoever strips it does not have the key
  stripped.caveats = CaveatSet().organization(7, kAllActions);
  CHECK_FALSE(verifies(stripped.macaroon()));
}

TEST_CASE("a caveat that is byte-identical to one there is dropped, also among those added") {
  Macaroon token = minted(CaveatSet().organization(7, kAllActions));
  const Bytes before = copy_of(token.encoded());
  CHECK(adding(token, CaveatSet().organization(7, kAllActions)) == "");
  CHECK(equal(token.encoded(), before));
  CHECK(adding(token, CaveatSet().action(kRead).organization(7, kAllActions).action(kRead)) == "");
  CHECK(token.unverified_caveats().size() == 2);
  CHECK(adding(token, CaveatSet().organization(7, kRead)) == "");
  CHECK(token.unverified_caveats().size() == 3);
}

TEST_CASE("repeats are dropped before anything is refused") {
  CaveatSet held = CaveatSet().if_present(CaveatSet().action(kRead), kRead).third_party("l", hex("01"), hex("02"));
  RawToken raw;
  raw.caveats = held;
  Macaroon token = raw.macaroon();
  CHECK(adding(token, held) == "");
  CHECK(equal(token.encoded(), raw.encode()));

  raw.caveats = CaveatSet().number(CaveatType::kFlyioUserID, 1);
  token = raw.macaroon();
  CHECK(adding(token, raw.caveats) == "");
}

TEST_CASE("an encoded proof takes no caveats, but a repeat is dropped without a word") {
  const CaveatSet held = CaveatSet().action(kRead).number(CaveatType::kFlyioUserID, 1);
  Macaroon proof = proof_of(held).macaroon();
  CHECK(verifies(proof));
  CHECK(adding(proof, held) == "");
  CHECK(adding(proof, CaveatSet()) == "");
  refuses(proof, CaveatSet().action(kWrite), "finalized");
  refuses(proof, CaveatSet(held).action(kWrite), "finalized");
  refuses(proof, CaveatSet().number(CaveatType::kFlyioUserID, 2), "finalized");
}

TEST_CASE("a second third-party caveat for one location is refused, also among those added") {
  const CaveatSet first = CaveatSet().third_party("https://a", hex("01"), hex("02"));
  const CaveatSet second = CaveatSet().third_party("https://a", hex("03"), hex("04"));
  const CaveatSet other = CaveatSet().third_party("https://b", hex("03"), hex("04"));
  Macaroon token = minted({});
  refuses(token, CaveatSet(first).append(second), "repeated_third_party");
  CHECK(adding(token, first) == "");
  refuses(token, second, "repeated_third_party");
  CHECK(adding(token, first) == "");
  CHECK(adding(token, other) == "");
  CHECK(token.unverified_caveats().size() == 2);
}

TEST_CASE("an attestation goes into proofs only") {
  Macaroon token = minted({});
  refuses(token, CaveatSet().number(CaveatType::kFlyioUserID, 1), "misplaced_attestation");
  refuses(token, CaveatSet().number(CaveatType::kGitHubUserID, 1), "misplaced_attestation");
  refuses(token, CaveatSet().google_user_id(hex("01")), "misplaced_attestation");
  CHECK(adding(token, CaveatSet().number(CaveatType::kIsUser, 1)) == "");
}

TEST_CASE("an IfPresent that can never reach its else is refused at any depth") {
  const std::vector<CaveatSet> reachable = {CaveatSet().apps({}),
                                            CaveatSet().mutations({}),
                                            CaveatSet().commands({}),
                                            CaveatSet(),
                                            CaveatSet().names(CaveatType::kVolumes, {}),
                                            CaveatSet().names(CaveatType::kFeatureSet, {}),
                                            CaveatSet().names(CaveatType::kMachines, {}),
                                            CaveatSet().names(CaveatType::kMachineFeatureSet, {}),
                                            CaveatSet().names(CaveatType::kClusters, {}),
                                            CaveatSet().names(CaveatType::kAppFeatureSet, {}),
                                            CaveatSet().names(CaveatType::kStorageObjects, {})};
  for (const CaveatSet& ifs : reachable) {
    Macaroon token = minted({});
    CHECK(adding(token, CaveatSet().if_present(ifs, kRead)) == "");
    CHECK_FALSE(has_unreachable_else(token.unverified_caveats()[0]));
  }
  const std::vector<CaveatSet> unreachable = {
      CaveatSet().organization(1, kRead),
      CaveatSet().validity_window(0, 1),
      CaveatSet().number(CaveatType::kConfineUser, 1),
      CaveatSet().number(CaveatType::kConfineOrganization, 1),
      CaveatSet().number(CaveatType::kIsUser, 1),
      CaveatSet().text(CaveatType::kFromMachineSource, "m"),
      CaveatSet().text(CaveatType::kConfineGoogleHD, "m"),
      CaveatSet().number(CaveatType::kConfineGitHubOrg, 1),
      CaveatSet().number(CaveatType::kMaxValidity, 1),
      CaveatSet().is_member(),
      CaveatSet().action(kRead),
      CaveatSet().number(CaveatType::kAllowedRoles, 1),
      CaveatSet().flysrc("", "", ""),
      unknown_caveat(),
      CaveatSet().if_present(CaveatSet().apps({}), kRead),  // never unspecified itself
      CaveatSet().apps({}).action(kRead),
      CaveatSet().action(kRead).apps({})};
  for (const CaveatSet& ifs : unreachable) {
    Macaroon token = minted({});
    refuses(token, CaveatSet().if_present(ifs, kRead), "unreachable_else");
    refuses(token, CaveatSet().if_present(CaveatSet().if_present(ifs, kRead), kRead), "unreachable_else");
    CHECK(has_unreachable_else(Decoded(CaveatSet().if_present(ifs, kRead))[0]));
  }
  CHECK_FALSE(has_unreachable_else(Decoded(CaveatSet().action(kRead))[0]));
}

TEST_CASE("adding several is all or nothing") {
  Macaroon token = minted(CaveatSet().organization(7, kAllActions));
  refuses(token, CaveatSet().action(kRead).number(CaveatType::kFlyioUserID, 1), "misplaced_attestation");
  refuses(token, CaveatSet().action(kRead).apps({{1, kRead}, {1, kRead}}), "malformed");
  refuses(token, CaveatSet().action(kRead).encoded(hex("1a")), "truncated");
  CHECK(verifies(token));
}

TEST_CASE("128 caveats are the most a token can come to hold") {
  CaveatSet many;
  for (std::uint64_t i = 0; i < 127; ++i) many.number(CaveatType::kIsUser, i);
  Macaroon token = minted(many);
  refuses(token, CaveatSet().number(CaveatType::kIsUser, 200).number(CaveatType::kIsUser, 201), "too_large");
  refuses(token, CaveatSet().if_present(CaveatSet().apps({}), kRead), "too_large");  // one, and one inside it
  CHECK(adding(token, CaveatSet().number(CaveatType::kIsUser, 200)) == "");
  refuses(token, CaveatSet().number(CaveatType::kIsUser, 201), "too_large");
  CHECK(adding(token, CaveatSet().number(CaveatType::kIsUser, 5)) == "");  // a repeat
  CHECK(verifies(token));
}

TEST_CASE("repeats count towards no limit") {
  Macaroon token = minted({});
  CaveatSet repeats;
  for (int i = 0; i < 1000; ++i) repeats.text(CaveatType::kConfineGoogleHD, std::string(100, 'a'));
  CHECK(repeats.bytes().size() > kMaxTokenBytes);
  CHECK(adding(token, repeats) == "");
  CHECK(token.unverified_caveats().size() == 1);
  CaveatSet different;
  for (std::uint64_t i = 0; i < 129; ++i) different.number(CaveatType::kIsUser, i);
  refuses(token, different, "too_large");
  CHECK(kind_of(Macaroon::mint(bytes_of("k"), kHere, key_of(1), different)) == "too_large");
}

TEST_CASE("32 KiB are the most a token can come to hold") {
  Macaroon token = minted(CaveatSet().text(CaveatType::kConfineGoogleHD, std::string(32000, 'a')));
  const std::size_t left = kMaxTokenBytes - token.encoded().size();
  const auto filler = [](std::size_t size) {
    return CaveatSet().text(CaveatType::kFromMachineSource, std::string(size - 5, 'b'));
  };
  refuses(token, filler(left + 1), "too_large");
  CHECK(adding(token, filler(left)) == "");
  CHECK(token.encoded().size() == kMaxTokenBytes);
  CHECK(verifies(token));
  refuses(token, CaveatSet().is_member(), "too_large");
}

TEST_CASE("a clone is the same token with bytes of its own") {
  Macaroon token = minted(CaveatSet().organization(7, kAllActions));
  const Macaroon copy = token.clone();
  CHECK(equal(copy.encoded(), token.encoded()));
  CHECK(copy.encoded().data() != token.encoded().data());
  CHECK(adding(token, CaveatSet().action(kRead)) == "");
  CHECK(copy.unverified_caveats().size() == 1);
  const Macaroon moved = std::move(token);
  CHECK(moved.unverified_caveats().size() == 2);
  CHECK(verifies(moved));
}

TEST_CASE("a set of caveats appended to itself stands there twice, and a narrowed token holds it once") {
  CaveatSet set = CaveatSet().organization(7, kRead);
  set.append(set);
  CHECK(set.size() == 2);
  CHECK(minted(set).unverified_caveats().size() == 1);
}

TEST_CASE("what a caveat set cannot say comes out of its check") {
  CHECK(kind_of(CaveatSet().check()) == "");
  CHECK(kind_of(CaveatSet().encoded(hex("1a01 1a02")).check()) == "malformed");  // two in the place of one
  CHECK(kind_of(CaveatSet().encoded({}).check()) == "truncated");
  CHECK(kind_of(CaveatSet().google_user_id(hex("00")).check()) == "malformed");
  CHECK(kind_of(CaveatSet().google_user_id(repeated(33)).check()) == "malformed");
  CHECK(kind_of(CaveatSet().number(CaveatType::kAllowedRoles, 0x100000000).check()) == "malformed");
  CHECK(kind_of(CaveatSet().if_present(CaveatSet().bind_to_parent(repeated(16)), kRead).check()) == "malformed");
}

TEST_CASE("the earliest end and the latest beginning of all windows, those inside IfPresent too") {
  const Decoded set(CaveatSet().validity_window(5, 100).validity_window(-3, 200).if_present(
      CaveatSet().if_present(CaveatSet().validity_window(10, 50), kRead), kRead));
  CHECK(not_after_unix_s(set.all()) == 50);
  CHECK(not_before_unix_s(set.all()) == 10);
  const Decoded none(CaveatSet().action(kRead));
  CHECK_FALSE(not_after_unix_s(none.all()));
  CHECK_FALSE(not_before_unix_s(none.all()));
}
