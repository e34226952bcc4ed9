// FORMAT.md §2: how a header is split, and how half a token is told from no token.
#include "tokens/header.h"

#include <cctype>

#include "core_support.h"

using namespace core_test;

namespace {

const std::string& part() {
  static const std::string text = minted(CaveatSet().organization(7, kRead)).text();
  return text;
}

// The number of macaroon parts, or the name of the header's fault.
std::string split(const std::string& header) {
  HeaderParts parts;
  if (!parts.split(header)) return to_string(parts.fault().kind);
  return std::to_string(parts.parts().size());
}

std::string repeated_parts(std::size_t count, const std::string& one) {
  std::string header = one;
  for (std::size_t i = 1; i < count; ++i) header += "," + one;
  return header;
}

}  // namespace

TEST_CASE("base64 is padded, of its alphabet alone, and with pad bits of zero") {
  for (const auto& [text, bytes] : std::map<std::string, std::string>{
           {"", ""}, {"QQ==", "41"}, {"QUI=", "4142"}, {"QUJD", "414243"}, {"+/+/", "fbffbf"}, {"AAAA", "000000"}}) {
    CHECK(to_hex(value_of(from_base64(text))) == bytes);
    CHECK(to_base64(hex(bytes)) == text);
  }
  for (const char* truncated : {"Q", "QQ", "QQ=", "QUI", "QUJDQ", "=", "QUJDQQ="})
    CHECK(kind_of(from_base64(truncated)) == "truncated");
  for (const char* malformed :
       {"QR==",  "QV==",   "QUJ=",  "QUK=", "QU=D", "Q===",     "====",     "==",   "Q==", " QUJD",
        "QUJD ", "QU\nJD", "QUJ\n", "QU-D", "QU_D", "QUJD====", "QQ==QQ==", "QU.D", "Q=Q", "QUJDQ=="})
    CHECK(kind_of(from_base64(malformed)) == "malformed");
  CHECK(kind_of(from_base64(std::string("QU\0D", 4))) == "malformed");
  CHECK(kind_of(from_base64("QU\xc3\xa4")) == "malformed");
}

TEST_CASE("base64 of every byte value and length comes back") {
  Bytes bytes;
  for (unsigned i = 0; i < 600; ++i) {
    CHECK(value_of(from_base64(to_base64(bytes))) == bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 7));
  }
}

TEST_CASE("a byte that is no digit of base64 is found wherever it stands") {
  const std::string good = to_base64(Bytes(150, 0xa7));  // long enough for whole blocks, and for groups after them
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = static_cast<char>(byte);
      const bool is_digit = std::isalnum(static_cast<int>(byte)) != 0 || byte == '+' || byte == '/';
      const bool is_padding = byte == '=' && at + 1 == text.size();  // whose bits may not be zero: refused as well
      if (from_base64(text).has_value() != (is_digit && !is_padding)) FAIL("byte " << byte << " at " << at);
    }
  }
}

TEST_CASE("hex is an even number of digits of either case") {
  CHECK(value_of(from_hex("00ffAb")) == Bytes{0x00, 0xff, 0xab});
  CHECK(value_of(from_hex("")).empty());
  CHECK(to_hex(Bytes{0x00, 0xff, 0xab}) == "00ffab");
  for (const char* bad : {"0", "000", "0g", "g0", " 0", "0x", "+1", "-1"}) CHECK(kind_of(from_hex(bad)) == "malformed");
}

TEST_CASE("a scheme is FlyV1 or Bearer in any letter case, may be missing or repeated, and ends at a space") {
  for (const char* before : {"", "FlyV1 ", "flyv1 ", "FLYV1 ", "Bearer ", "bEaReR ", "Bearer FlyV1 ", "FlyV1 FlyV1 ",
                             "FlyV1 Bearer ", "FlyV1    ", "FlyV1 \t ", "FlyV1 \r\nBearer \n"}) {
    INFO(before);
    CHECK(split(before + part()) == "1");
  }
  for (const char* before :
       {"FlyV1\t", "Bearer\t", "FlyV1", "Bearer", "FlyV1\n", "Basic ", "FlyV2 ", "FlyV1: ", "FlyV1,"}) {
    INFO(before);
    CHECK(split(before + part()) == "malformed");
  }
}

TEST_CASE("white space around the whole value is dropped, and nowhere else") {
  CHECK(split(" \t\r\nFlyV1 " + part() + "\r\n\t ") == "1");
  CHECK(split("\n" + part() + " ") == "1");
  CHECK(split(part() + "," + part() + "\n") == "2");
  CHECK(split(part() + ", " + part()) == "malformed");
  CHECK(split(part() + " ," + part()) == "malformed");
  CHECK(split(part() + " " + part()) == "malformed");
  CHECK(split("\v" + part()) == "malformed");
  CHECK(split("\f" + part()) == "malformed");
  CHECK(split(part().substr(0, 24) + "\n" + part().substr(24)) == "malformed");
}

TEST_CASE("labels are fm2, fm1r and fm1a in lower case, and every other one is an error") {
  const std::string base64 = part().substr(4);
  for (const char* label : {"fm2_", "fm1r_", "fm1a_"}) CHECK(split(label + base64) == "1");
  for (const char* label : {"FM2_", "Fm2_", "fm1_", "fm3_", "fm1R_", "fo2_", "_", "fm2", "", "fm2 _", "fm2__"}) {
    INFO(label);
    CHECK(split(label + base64) == "malformed");
    CHECK(split(part() + "," + label + base64) == "malformed");
  }
}

TEST_CASE("an empty part, one without an underscore and an empty fm2_ are errors of the whole header") {
  for (const std::string& header :
       {part() + ",", "," + part(), part() + ",," + part(), std::string("fm2_"), "fm2_," + part(), part() + ",fm2_",
        part() + ",token", std::string("token"), std::string(""), std::string("   "), std::string("FlyV1"),
        std::string("FlyV1 "), std::string("Bearer FlyV1 "), std::string(",")}) {
    INFO(header);
    CHECK(split(header) == "malformed");
  }
}

TEST_CASE("an fo1 part is skipped whatever follows it, and a header of nothing else has no macaroon") {
  CHECK(split("fo1_," + part()) == "1");
  CHECK(split("fo1_ !!_=," + part()) == "1");
  CHECK(split(part() + ",fo1_x") == "1");
  CHECK(split("fo1_x") == "malformed");
  CHECK(split("fo1_x,fo1_y") == "malformed");
  CHECK(split("FO1_x," + part()) == "malformed");
  CHECK(split("fo1," + part()) == "malformed");
}

TEST_CASE("64 parts are the most, fo1 parts counted, and they are counted before any is read") {
  CHECK(split(repeated_parts(64, part())) == "64");
  CHECK(split(repeated_parts(65, part())) == "too_large");
  CHECK(split(repeated_parts(63, "fo1_x") + "," + part()) == "1");
  CHECK(split(repeated_parts(64, "fo1_x") + "," + part()) == "too_large");
  CHECK(split(std::string(63, ',')) == "malformed");
  CHECK(split(std::string(64, ',')) == "too_large");
  CHECK(split(repeated_parts(65, "nonsense")) == "too_large");
}

TEST_CASE("a part of alphabet characters with at most one = at its end, of no multiple of 4, is truncated") {
  for (const char* base64 : {"Q", "QQ", "QQ=", "QUI", "QUJDQUJ", "="})
    CHECK(split(std::string("fm2_") + base64) == "truncated");
  for (const char* base64 : {"Q==", "Q=Q", "Q-", "QQ==Q", "QR==", "QUJDQ==", "==", "Q\t"}) {
    INFO(base64);
    CHECK(split(std::string("fm2_") + base64 + "," + part()) == "malformed");
  }
}

TEST_CASE("the first faulty part decides what a header's fault is") {
  CHECK(split("fm2_Q,fm2_!") == "truncated");
  CHECK(split("fm2_!,fm2_Q") == "malformed");
  CHECK(split(part() + ",fm2_Q,x") == "truncated");
}

TEST_CASE("a part that is good base64 and no macaroon is set aside with its error") {
  const Bundle bundle = value_of(Bundle::parse("fm2_QQ==," + part() + ",fm2_lA=="));
  REQUIRE(bundle.parts().size() == 3);
  CHECK(kind_of(bundle.parts()[0]) == "malformed");
  CHECK(kind_of(bundle.parts()[1]).empty());
  CHECK(kind_of(bundle.parts()[2]) == "truncated");
  CHECK(bundle.header(kHere) == "FlyV1 " + part());

  const std::string large = "fm2_" + to_base64(repeated(kMaxTokenBytes + 1));
  const Bundle with_large = value_of(Bundle::parse(large + "," + part()));
  CHECK(kind_of(with_large.parts()[0]) == "too_large");
  CHECK(with_large.parts()[1].has_value());
}

TEST_CASE("half a token is called truncated wherever it was cut, and never asks for more bytes than are missing") {
  const Macaroon token = minted(CaveatSet().organization(7, kRead).validity_window(0, 4000000000).apps({{1, kRead}}));
  const std::string text = token.text();
  const std::size_t size = token.encoded().size();
  for (std::size_t length = 5; length < text.size() - 2; ++length) {
    const auto parsed = Bundle::parse(text.substr(0, length));
    const Result<Bundle> cut =
        parsed ? Result<Bundle>(tl::unexpected(parsed->parts()[0].error())) : tl::unexpected(parsed.error());
    INFO(length);
    REQUIRE(kind_of(cut) == "truncated");
    const std::size_t missing = size - std::min(size, (length - 4) * 6 / 8);
    CHECK(cut.error().missing_bytes >= 1);
    CHECK(cut.error().missing_bytes <= std::max<std::size_t>(missing, 1));
    CHECK(contains(cut.error().message, "first part of a token"));
  }
}

TEST_CASE("missing_bytes counts what the rest of a token takes at least") {
  // Nothing but the first byte of an array of four: a nonce of three bytes and the shortest location, caveats and tail.
  const auto of_nothing = Macaroon::decode(hex("94"));
  CHECK(kind_of(of_nothing) == "truncated");
  CHECK(of_nothing.error().missing_bytes >= 1 + 1 + 1 + 34);
  Bytes token = signed_token({});
  token.pop_back();
  CHECK(Macaroon::decode(token).error().missing_bytes == 1);
  token.resize(token.size() - 31);
  CHECK(Macaroon::decode(token).error().missing_bytes == 32);
}

TEST_CASE("a bundle writes permission tokens first, each group in its order") {
  RawToken other;
  other.location = kThirdParty;
  const std::string third = other.macaroon().text();
  other.kid = hex("01");
  const std::string fourth = other.macaroon().text();
  const Bundle bundle = value_of(Bundle::parse(third + "," + part() + "," + fourth + ",fm2_QQ=="));
  CHECK(bundle.header(kHere) == "FlyV1 " + part() + "," + third + "," + fourth);
  CHECK(bundle.header(kThirdParty) == "FlyV1 " + third + "," + fourth + "," + part());
  CHECK(service_location(bundle) == kThirdParty);
}
