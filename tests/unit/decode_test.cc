// FORMAT.md §3 and §7: what a token is, and which fault of several is the one that counts.
#include "core_support.h"

using namespace core_test;

namespace {

const std::string kNonce = "93 c401 6b c401 72 c2";
const std::string kTail = "c420" + std::string(64, '1');

std::string outcome(const Bytes& bytes) {
  const auto token = Macaroon::decode(bytes);
  return token ? "" : std::string(to_string(token.error().kind)) + ": " + token.error().message;
}

// A token of these parts, in hex.
std::string token(const std::string& nonce, const std::string& location, const std::string& caveats,
                  const std::string& tail = kTail) {
  return outcome(hex("94" + nonce + location + caveats + tail));
}
// A token of one caveat, in hex.
std::string caveat(const std::string& type_and_body) { return token(kNonce, "a0", "92" + type_and_body); }

bool is(const std::string& outcome, const std::string& kind, const std::string& words) {
  INFO(outcome << " is not " << kind << ": " << words);
  const bool holds = outcome.rfind(kind + ":", 0) == 0 && contains(outcome, words);
  CHECK(holds);
  return holds;
}

}  // namespace

TEST_CASE("a macaroon is an array of four, with nothing after it") {
  CHECK(token(kNonce, "a0", "90") == "");
  is(outcome(hex("95" + kNonce + "a0 90" + kTail + "00")), "malformed", "wrong number of elements");
  is(outcome(hex("93" + kNonce + "a0 90")), "malformed", "wrong number of elements");
  is(outcome(hex("94" + kNonce + "a0 90" + kTail + "00")), "malformed", "bytes after the end");
  is(outcome(hex("84" + kNonce)), "malformed", "not an array");
  is(outcome(hex("dc0004" + kNonce)), "malformed", "shortest form");
  is(outcome({}), "truncated", "missing");
}

TEST_CASE("a nonce has two or three fields, keeps its version, and its bins may be absent") {
  CHECK(token("92 c400 c400", "a0", "90") == "");
  CHECK(token("92 c0 c0", "a0", "90") == "");
  CHECK(token("93 c0 c400 c3", "a0", "90") == "");
  is(token("91 c400", "a0", "90"), "malformed", "wrong number of elements");
  is(token("94 c400 c400 c2 c2", "a0", "90"), "malformed", "wrong number of elements");
  is(token("93 c400 c400 c0", "a0", "90"), "malformed", "not true or false");
  is(token("93 a0 c400 c2", "a0", "90"), "malformed", "not a bin");
  is(token("92 c400 a0", "a0", "90"), "malformed", "not a bin");
  const Macaroon old = value_of(Macaroon::decode(hex("94 92 c4016b c40172 a0 90" + kTail)));
  CHECK(old.nonce().version == 0);
  CHECK_FALSE(old.nonce().proof);
  const Macaroon proof = value_of(Macaroon::decode(hex("94 93 c4016b c40172 c3 a0 90" + kTail)));
  CHECK(proof.nonce().version == 1);
  CHECK(proof.nonce().proof);
  CHECK(to_hex(proof.nonce().encoded) == "93c4016bc40172c3");
}

TEST_CASE("the location is a str and the tail a bin of 32 bytes") {
  is(token(kNonce, "c400", "90"), "malformed", "not a str");
  is(token(kNonce, "c0", "90"), "malformed", "not a str");
  is(token(kNonce, "a1ff", "90"), "malformed", "UTF-8");
  is(token(kNonce, "a0", "c0"), "malformed", "not an array");
  is(token(kNonce, "a0", "80"), "malformed", "not an array");
  is(token(kNonce, "a0", "90", "c41f" + std::string(62, '1')), "malformed", "not 32 bytes");
  is(token(kNonce, "a0", "90", "c421" + std::string(66, '1')), "malformed", "not 32 bytes");
  is(token(kNonce, "a0", "90", "c41f"), "malformed", "not 32 bytes");
  is(token(kNonce, "a0", "90", "c0"), "malformed", "not a bin");
  is(token(kNonce, "a0", "90", "d920" + std::string(64, '1')), "malformed", "not a bin");
}

TEST_CASE("a token is 32 KiB at most, its size judged before any of its bytes") {
  CaveatSet filler;
  filler.text(CaveatType::kConfineGoogleHD, std::string(32000, 'a'));
  const std::size_t missing = kMaxTokenBytes - signed_token(filler).size();
  CaveatSet exact;
  exact.text(CaveatType::kConfineGoogleHD, std::string(32000 + missing, 'a'));
  CHECK(signed_token(exact).size() == kMaxTokenBytes);
  CHECK(outcome(signed_token(exact)) == "");
  is(outcome(repeated(kMaxTokenBytes + 1, 0xc1)), "too_large", "32 KiB");
  is(outcome(repeated(kMaxTokenBytes, 0xc1)), "malformed", "not an array");
}

TEST_CASE("128 caveats are the most, those inside IfPresent counted") {
  const auto list_of = [](std::size_t count) {
    Bytes list;
    msgpack::write_array(list, 2 * count);
    return to_hex(list);
  };
  const auto actions = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += "1a01";
    return all;
  };
  CHECK(token(kNonce, "a0", list_of(128) + actions(128)) == "");
  is(token(kNonce, "a0", list_of(129) + actions(129)), "too_large", "128 caveats");
  CHECK(token(kNonce, "a0", "92 0d 92" + list_of(127) + actions(127) + "00") == "");
  is(token(kNonce, "a0", "92 0d 92" + list_of(128) + actions(128) + "00"), "too_large", "128 caveats");
  is(token(kNonce, "a0", list_of(128) + actions(127) + "0d 92 92 1a01 00"), "too_large", "128 caveats");
}

TEST_CASE(
    "of several faults the first in reading order counts, and of one head's: family, form, 32768, arity, parity, 128, "
    "room") {
  is(outcome(hex("d9 05")), "malformed", "not an array");                  // a str in a long form, cut
  is(outcome(hex("dd 00009000")), "malformed", "shortest form");           // also above 32768
  is(outcome(hex("dd 00010000")), "malformed", "longer than 32768");       // also a wrong arity, and nothing there
  is(outcome(hex("95")), "malformed", "wrong number");                     // also cut
  is(token(kNonce, "a0", "dc0103", ""), "malformed", "without its body");  // also 129 caveats and a half
  is(token(kNonce, "a0", "dc0102", ""), "too_large", "128 caveats");       // also cut
  is(token(kNonce, "a0", "dc0100", ""), "truncated", "missing");
  is(token(kNonce, "a0", "90", "c500 20"), "malformed", "shortest form");
  is(token(kNonce, "a0", "90", "c58001"), "malformed", "longer than 32768");
  is(caveat("19 c421"), "malformed", "more than 32 bytes");  // also cut
  is(caveat("1a cc05"), "malformed", "shortest form");
  is(caveat("00 92 c1 ff"), "malformed", "not");
  is(caveat("d001 c1"), "malformed", "not an unsigned number");
}

TEST_CASE("a caveat's type is an unsigned number in its shortest form") {
  CHECK(caveat("ccc8 c3") == "");
  CHECK(caveat("cfffffffffffffffff c3") == "");
  is(caveat("cc1a 01"), "malformed", "shortest form");
  is(caveat("d01a 01"), "malformed", "not");
  is(caveat("ff 01"), "malformed", "not");
  is(caveat("a0 01"), "malformed", "not");
  is(token(kNonce, "a0", "91 1a"), "malformed", "without its body");
}

TEST_CASE("of an unknown type's body only well-formedness, lengths and nesting are judged") {
  for (const char* body :
       {"c0", "cd0001", "a1ff", "82 01 00 01 00", "82 02 00 01 00", "d4 01 00", "ca00000000", "dc0001c0"})
    CHECK(caveat(std::string("ccc8") + body) == "");
  is(caveat("ccc8 c1"), "malformed", "c1");
  is(caveat("ccc8 91 c1"), "malformed", "c1");
  is(caveat("ccc8 dd00010000"), "malformed", "longer than 32768");
  for (const char* reserved : {"01", "11", "12", "20"}) CHECK(caveat(std::string(reserved) + "c0") == "");
}

TEST_CASE("nesting is at most 32, the outer array being level 1") {
  const auto nested = [](std::size_t arrays) {
    std::string body = "ccc8";
    for (std::size_t i = 1; i < arrays; ++i) body += "91";
    return body + "90";
  };
  CHECK(caveat(nested(30)) == "");  // its body begins at level 3
  is(caveat(nested(31)), "malformed", "nested");
  const auto if_present = [](std::size_t count, CaveatSet inner) {
    for (std::size_t i = 0; i < count; ++i) inner = CaveatSet().if_present(inner, kRead);
    return inner;
  };
  CHECK(kind_of(if_present(15, CaveatSet().action(kRead)).check()) == "");
  CHECK(kind_of(if_present(15, CaveatSet().is_member()).check()) == "malformed");
  CHECK(kind_of(if_present(14, CaveatSet().is_member()).check()) == "");
  CHECK(kind_of(if_present(15, CaveatSet()).check()) == "");
  CHECK(kind_of(if_present(16, CaveatSet()).check()) == "malformed");
}

TEST_CASE("map keys ascend, integers by value and strings by bytes, and never repeat") {
  CHECK(caveat("03 91 83 01 01 7f 01 cc80 01") == "");
  is(caveat("03 91 82 02 01 01 01"), "malformed", "map keys");
  is(caveat("03 91 82 01 01 01 02"), "malformed", "map keys");
  CHECK(caveat("05 91 83 a0 01 a161 01 a26161 01") == "");
  CHECK(caveat("05 91 82 a26161 01 a162 01") == "");
  CHECK(caveat("05 91 82 a17a 01 a2c3a4 01") == "");
  is(caveat("05 91 82 a162 01 a161 01"), "malformed", "map keys");
  is(caveat("05 91 82 a2c3a4 01 a17a 01"), "malformed", "map keys");
  is(caveat("05 91 82 a161 01 a161 02"), "malformed", "map keys");
}

TEST_CASE("absent is c0 for the lists, the sets and the bins, and for nothing else") {
  for (const char* good : {"02 91 c0", "03 91 c0", "05 91 c0", "06 91 c0", "07 91 c0", "0e 91 c0", "10 91 c0",
                           "1c 91 c0", "1d 91 c0", "1b c0", "1b 91 92 c0 c2", "0c c0", "0b 93 a0 c0 c0"}) {
    INFO(good);
    CHECK(caveat(good) == "");
  }
  for (const char* bad :
       {"00 c0",       "00 92 c0 01", "00 92 01 c0",   "02 c0",    "03 c0",    "03 91 81 01 c0", "03 91 81 c0 01",
        "04 92 c0 00", "06 c0",       "06 91 91 c0",   "08 91 c0", "0a 91 c0", "0b c0",          "0b 93 c0 c0 c0",
        "0d c0",       "0d 92 c0 01", "0d 92 90 c0",   "0f 91 c0", "13 c0",    "14 c0",          "15 c0",
        "16 c0",       "17 c0",       "18 c0",         "19 c0",    "1a c0",    "1b 91 c0",       "1b 91 92 90 c0",
        "1e c0",       "1f c0",       "1f 93 c0 a0 a0"}) {
    INFO(bad);
    CHECK(caveat(bad).rfind("malformed", 0) == 0);
  }
}

TEST_CASE("a body has exactly its fields, each of its own family and width") {
  for (const char* good :
       {"00 92 01 1f", "04 92 ff 00", "08 91 00", "13 a0", "14 cfffffffffffffffff", "16 90", "19 c400", "19 c40101",
        "1a cdffff", "1b 91 92 91 a161 c3", "1e ceffffffff", "1f 93 a0 a0 a0"}) {
    INFO(good);
    CHECK(caveat(good) == "");
  }
  for (const char* bad : {"00 91 01",
                          "00 93 01 1f 00",
                          "00 82 01 1f 00 00",
                          "00 92 01 ce00010000",
                          "00 92 ff 1f",
                          "03 91 90",
                          "03 92 80 80",
                          "03 90",
                          "03 91 81 a131 01",
                          "05 91 81 01 01",
                          "05 91 81 c40161 01",
                          "04 92 00 cf8000000000000000",
                          "04 91 00",
                          "08 00",
                          "08 90",
                          "13 c400",
                          "14 91 01",
                          "16 c0",
                          "16 91 00",
                          "16 80",
                          "19 c40100",
                          "19 c4020001",
                          "19 01",
                          "19 a0",
                          "1a ce00010000",
                          "1a 91 01",
                          "1b 90 00",
                          "1b 91 91 90",
                          "1b 91 92 90 00",
                          "1b 91 93 90 c2 c2",
                          "1e cf0000000100000000",
                          "1f 92 a0 a0",
                          "1f 93 a0 a0 c400",
                          "0f a0",
                          "0c a0",
                          "0b 92 a0 c400"}) {
    INFO(bad);
    CHECK(caveat(bad).rfind("malformed", 0) == 0);
  }
  const std::string google32 = "19 c420" + std::string(64, '1');
  CHECK(caveat(google32) == "");
  CHECK(caveat("19 c421" + std::string(66, '1')).rfind("malformed", 0) == 0);
}

TEST_CASE("a third-party caveat, binding or attestation inside IfPresent makes the token malformed, at any depth") {
  CHECK(caveat("0d 92 92 1a 01 00") == "");
  for (const char* inner : {"0b 93 a0 c400 c400", "0c c400", "17 01", "18 01", "19 c400"}) {
    CHECK(caveat(inner) == "");
    is(caveat("0d 92 92" + std::string(inner) + "00"), "malformed", "inside IfPresent");
    is(caveat("0d 92 92 0d 92 92" + std::string(inner) + "00 00"), "malformed", "inside IfPresent");
  }
  is(caveat("0d 92 91 1a 00"), "malformed", "without its body");
}
