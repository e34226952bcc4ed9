// What holds for every token and every access, tried on random ones.
#include <rapidcheck.h>

#include <algorithm>
#include <array>

#include "core_support.h"
#include "draw.h"
#include "generators.h"
#include "libtoken/third_party.h"
#include "rules.h"

using namespace core_test;
using namespace property_test;

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
  return !find_problem(access) &&
         std::any_of(found.tokens.begin(), found.tokens.end(),
                     [&](const VerifiedToken& token) { return all_clear(token.caveats(), access); });
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

// A token of org 1 in plain values.
PlainCaveats any_token_caveats() {
  PlainCaveat org{CaveatType::kOrganization};
  org.number = 1;
  org.mask = kAllActions;
  return joined({org}, any_caveats());
}

Macaroon any_token() { return minted(encoded(any_token_caveats())); }

}  // namespace

TEST_CASE("attenuation never allows what the parent refused, nor what a caveat that was added refuses") {
  const Keys keys("kid-1", 1);
  Seen seen;
  REQUIRE(rc::check([&] {
    const PlainCaveats own = any_token_caveats();
    const PlainCaveats added = any_caveats();
    const Macaroon parent = minted(encoded(own));
    Macaroon child = parent.clone();
    RC_ASSERT(child.attenuate(encoded(added)).has_value());
    const std::string parent_text = parent.text();
    const std::string child_text = child.text();
    const PlainCaveats all = joined(own, added);
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access(all);
      const bool parent_allows = allows(parent_text, keys, access);
      const bool child_allows = allows(child_text, keys, access);
      (child_allows ? seen.allowed : seen.refused) += 1;
      const bool parent_should = allowed_by_rules(own, access);
      const bool child_should = allowed_by_rules(all, access);
      if (parent_allows != parent_should || child_allows != child_should)
        RC_LOG() << "the first " << own.size() << " are the parent's; " << shown(all, access) << "\n";
      RC_ASSERT(!child_allows || parent_allows);
      RC_ASSERT(parent_allows == parent_should);
      RC_ASSERT(child_allows == child_should);
    }
  }));
  CHECK(seen.allowed > 20);
  CHECK(seen.refused > 20);
}

TEST_CASE("what verifying consumes only narrows as well: without a discharge nothing is allowed, nor with a binding") {
  const Keys keys("kid-1", 1);
  Seen seen;
  REQUIRE(rc::check([&] {
    constexpr std::array kTypes = {CaveatType::kThirdParty, CaveatType::kBindToParentToken, CaveatType::kFlyioUserID,
                                   CaveatType::kGitHubUserID, CaveatType::kGoogleUserID};
    const PlainCaveats own = any_token_caveats();
    const Macaroon parent = minted(encoded(own));
    Macaroon child = parent.clone();
    const CaveatType type = kTypes[any_below(kTypes.size())];
    const bool is_added = child.attenuate(encoded({any_caveat_of(type)})).has_value();
    RC_ASSERT(is_added == !is_attestation(type));
    const Access access = any_access(own);
    const bool expected = !is_added && allowed_by_rules(own, access);
    (expected ? seen.allowed : seen.refused) += 1;
    RC_ASSERT(allows(child.text(), keys, access) == expected);
  }));
  CHECK(seen.allowed > 20);
  CHECK(seen.refused > 20);
}

TEST_CASE("a bundle allows exactly what one of its tokens allows") {
  const Keys keys("kid-1", 1);
  Seen seen;
  REQUIRE(rc::check([&] {
    const PlainCaveats first = any_token_caveats();
    const PlainCaveats second = any_token_caveats();
    const std::string bundle = "FlyV1 " + minted(encoded(first)).text() + "," + minted(encoded(second)).text();
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access(any_below(2) == 0 ? first : second);
      const bool either = allowed_by_rules(first, access) || allowed_by_rules(second, access);
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
    const std::size_t one = any_below(caveats.size());
    const std::size_t other = (one + 1 + any_below(caveats.size() - 1)) % caveats.size();
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
    caveats.erase(caveats.begin() + static_cast<std::ptrdiff_t>(any_below(caveats.size())));
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
    RC_ASSERT(!verifies(spliced(one, others, other), keys));  // the other one, under this one's nonce
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
    const auto opened = value_of(OpenedTicket::open(std::get<ThirdParty>(caveat.body).ticket, shared));
    const std::string discharge = value_of(opened.discharge(kThirdParty, {})).text();
    RC_ASSERT(verifies(token.text() + "," + discharge, keys));
    RC_ASSERT(!verifies(token.text(), keys));

    CaveatSet moved;
    moved.encoded(caveat.encoded);
    Macaroon other = any_token();
    RC_ASSERT(other.attenuate(moved).has_value());
    RC_ASSERT(!verifies(other.text() + "," + discharge, keys));
  }));
}

TEST_CASE("the caveats of a discharge restrict the whole token") {
  const Keys keys("kid-1", 1);
  const EncryptionKey shared = shared_key_of(9);
  Seen seen;
  REQUIRE(rc::check([&] {
    const PlainCaveats own = any_token_caveats();
    const PlainCaveats later = any_below(2) == 0 ? PlainCaveats() : any_caveats();
    const PlainCaveats of_discharge = {any_caveat()};
    Macaroon token = minted(encoded(own));
    RC_ASSERT(add_third_party(token, kThirdParty, shared, {}).has_value());
    const Bytes ticket = copy_of(std::get<ThirdParty>(token.unverified_caveats().back().body).ticket);
    RC_ASSERT(token.attenuate(encoded(later)).has_value());
    const auto opened = value_of(OpenedTicket::open(ticket, shared));
    const Macaroon discharge = value_of(opened.discharge(kThirdParty, encoded(of_discharge)));
    const std::string header = token.text() + "," + discharge.text();
    const PlainCaveats all = joined(joined(own, later), of_discharge);
    for (int i = 0; i < 8; ++i) {
      const Access access = any_access(all);
      const bool expected = allowed_by_rules(all, access);
      (expected ? seen.allowed : seen.refused) += 1;
      RC_ASSERT(allows(header, keys, access) == expected);
    }
  }));
  CHECK(seen.allowed > 20);
  CHECK(seen.refused > 20);
}
