// What holds for every token and every access, tried on random ones.
#include <algorithm>

#include <rapidcheck.h>

#include "core_support.h"
#include "generators.h"
#include "libtoken/third_party.h"

using namespace core_test;
using property_test::any_access;
using property_test::any_caveat;
using property_test::any_caveats;

namespace {

// How often a property found what it speaks of: one that never did has shown nothing.
struct Seen {
  std::size_t allowed = 0;
  std::size_t refused = 0;
};

bool allows(const std::string& header, const KeySource& keys, const Access& access) {
  const Verifier verifier(kHere, keys);
  VerifierScratch scratch;
  const Verification found = verifier.verify(header, scratch);
  return !find_problem(access) && std::any_of(found.tokens.begin(), found.tokens.end(), [&](const VerifiedToken& token) {
    return all_clear(token.caveats(), access);
  });
}

bool verifies(const std::string& header, const KeySource& keys) {
  VerifierScratch scratch;
  return Verifier(kHere, keys).verify(header, scratch).verified();
}

// `[nonce, location, caveats, tail]` from parts of other tokens.
std::string spliced(const Macaroon& nonce_of, const std::vector<ByteView>& caveats, const Macaroon& tail_of) {
  Bytes out;
  msgpack::write_array(out, 4);
  const ByteView nonce = nonce_of.nonce().encoded;
  out.insert(out.end(), nonce.begin(), nonce.end());
  msgpack::write_str(out, kHere);
  msgpack::write_array(out, 2 * caveats.size());
  for (const ByteView caveat : caveats) out.insert(out.end(), caveat.begin(), caveat.end());
  msgpack::write_bin(out, tail_of.tail());
  return header_of({out});
}

std::vector<ByteView> encoded_caveats(const Macaroon& token) {
  std::vector<ByteView> encoded;
  for (const Caveat& caveat : token.unverified_caveats()) encoded.push_back(caveat.encoded);
  return encoded;
}

Macaroon any_token() { return minted(CaveatSet().organization(1, kAllActions).append(any_caveats())); }

}  // namespace

TEST_CASE("attenuation never allows what the parent refused") {
  const Keys keys("kid-1", 1);
  Seen seen;
  REQUIRE(rc::check([&] {
    const Macaroon parent = any_token();
    Macaroon child = parent.clone();
    RC_PRE(child.attenuate(any_caveats()).has_value());
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access();
      const bool child_allows = allows(child.text(), keys, access);
      (child_allows ? seen.allowed : seen.refused) += 1;
      RC_ASSERT(!child_allows || allows(parent.text(), keys, access));
    }
  }));
  CHECK(seen.allowed > 20);
  CHECK(seen.refused > 20);
}

TEST_CASE("a bundle allows exactly what one of its tokens allows") {
  const Keys keys("kid-1", 1);
  Seen seen;
  REQUIRE(rc::check([&] {
    const Macaroon first = any_token();
    const Macaroon second = any_token();
    const std::string bundle = "FlyV1 " + first.text() + "," + second.text();
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access();
      const bool either = allows(first.text(), keys, access) || allows(second.text(), keys, access);
      (either ? seen.allowed : seen.refused) += 1;
      RC_ASSERT(allows(bundle, keys, access) == either);
    }
  }));
  CHECK(seen.allowed > 20);
  CHECK(seen.refused > 20);
}

TEST_CASE("reordered caveats do not verify") {
  const Keys keys("kid-1", 1);
  REQUIRE(rc::check([&] {
    const Macaroon token = any_token();
    auto caveats = encoded_caveats(token);
    RC_PRE(caveats.size() >= 2);
    const auto one = *rc::gen::inRange<std::size_t>(0, caveats.size());
    const auto other = (one + 1 + *rc::gen::inRange<std::size_t>(0, caveats.size() - 1)) % caveats.size();
    RC_PRE(!equal(caveats[one], caveats[other]));
    RC_ASSERT(verifies(spliced(token, caveats, token), keys));
    std::swap(caveats[one], caveats[other]);
    RC_ASSERT(!verifies(spliced(token, caveats, token), keys));
  }));
}

TEST_CASE("a token from which a caveat was taken does not verify") {
  const Keys keys("kid-1", 1);
  REQUIRE(rc::check([&] {
    const Macaroon token = any_token();
    auto caveats = encoded_caveats(token);
    caveats.erase(caveats.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(caveats.size())));
    RC_ASSERT(!verifies(spliced(token, caveats, token), keys));
  }));
}

TEST_CASE("parts of two tokens make no third one") {
  const Keys keys("kid-1", 1);
  REQUIRE(rc::check([&] {
    const Macaroon one = any_token();
    const Macaroon other = any_token();
    const auto ones = encoded_caveats(one);
    const auto others = encoded_caveats(other);
    RC_ASSERT(!verifies(spliced(one, others, one), keys) ||
              std::equal(ones.begin(), ones.end(), others.begin(), others.end(), equal));
    RC_ASSERT(!verifies(spliced(one, ones, other), keys));
    RC_ASSERT(!verifies(spliced(other, ones, other), keys) ||
              std::equal(ones.begin(), ones.end(), others.begin(), others.end(), equal));
    auto both = ones;
    both.insert(both.end(), others.begin(), others.end());
    RC_ASSERT(!verifies(spliced(one, both, other), keys));
  }));
}

TEST_CASE("a ticket moved to another token discharges nothing there") {
  const Keys keys("kid-1", 1);
  const EncryptionKey shared = shared_key_of(9);
  REQUIRE(rc::check([&] {
    Macaroon token = any_token();
    RC_ASSERT(add_third_party(token, kThirdParty, shared, {}).has_value());
    const Caveat& caveat = token.unverified_caveats().back();
    const auto opened = OpenedTicket::open(std::get<ThirdParty>(caveat.body).ticket, shared);
    const std::string discharge = opened->discharge(kThirdParty, {})->text();
    RC_ASSERT(verifies(token.text() + "," + discharge, keys));
    RC_ASSERT(!verifies(token.text(), keys));

    CaveatSet moved;
    moved.encoded(caveat.encoded);
    Macaroon other = any_token();
    RC_ASSERT(other.attenuate(moved).has_value());
    RC_ASSERT(!verifies(other.text() + "," + discharge, keys));
  }));
}

TEST_CASE("narrowing before or after a third-party caveat, its discharge restricts the whole token") {
  const Keys keys("kid-1", 1);
  const EncryptionKey shared = shared_key_of(9);
  Seen seen;
  REQUIRE(rc::check([&] {
    const Macaroon parent = any_token();
    Macaroon token = parent.clone();
    RC_ASSERT(add_third_party(token, kThirdParty, shared, {}).has_value());
    const CaveatSet own = any_caveat();
    const auto ticket = std::get<ThirdParty>(token.unverified_caveats().back().body).ticket;
    const auto discharge = OpenedTicket::open(ticket, shared)->discharge(kThirdParty, own);
    RC_PRE(discharge.has_value());
    const DecodedCaveats decoded = value_of(own.check());
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access();
      const bool expected = allows(parent.text(), keys, access) && clear(decoded.caveats()[0], access) == Verdict::kOk;
      (expected ? seen.allowed : seen.refused) += 1;
      RC_ASSERT(allows(token.text() + "," + discharge->text(), keys, access) == expected);
    }
  }));
  CHECK(seen.allowed > 20);
  CHECK(seen.refused > 20);
}
