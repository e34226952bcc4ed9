// Bad input: whatever is sent, one typed error, and no changed token is ever accepted.
#include <fstream>
#include <set>

#include "core_support.h"

using namespace core_test;

namespace {

struct GoodToken {
  std::string location;
  Keys keys;
  Bytes bytes;
};

nlohmann::json vectors(const char* file) {
  std::ifstream in(std::string(TEST_VECTORS) + "/" + file);
  if (!in) throw std::runtime_error(std::string("no vectors: ") + file);
  return nlohmann::json::parse(in);
}

void add_key(Keys& keys, ByteView kid, const std::string& key_hex) {
  if (const auto key = SigningKey::from_bytes(hex(key_hex))) keys.add(text_of(kid), *key);
}

// The token alone in its header.
class Alone {
 public:
  explicit Alone(const GoodToken& token) : verifier_(token.location, token.keys) {}
  [[nodiscard]] bool accepts(ByteView bytes) {
    header_ = "fm2_" + to_base64(bytes);
    const Verification verification = verifier_.verify(header_, scratch_);
    if (verification.verified() == !verification.refusals.empty())
      FAIL("neither verified nor refused once: " << header_);
    return verification.verified();
  }

 private:
  Verifier verifier_;
  VerifierScratch scratch_;
  std::string header_;
};

// Every token of the vectors that verifies by itself.
const std::vector<GoodToken>& good_tokens() {
  static const std::vector<GoodToken> all = [] {
    std::vector<GoodToken> tokens;
    std::set<Bytes> seen;
    const auto add = [&](GoodToken token) {
      if (seen.insert(token.bytes).second && Alone(token).accepts(token.bytes)) tokens.push_back(std::move(token));
    };
    for (const auto& one : vectors("verify.json")) {
      if (!one["verified"]) continue;
      const Bundle bundle = value_of(Bundle::parse(one["header"].get<std::string>()));
      for (const Bundle::Part& part : bundle.parts()) {
        if (!part || part->location() != one["location"].get<std::string>()) continue;
        GoodToken token{one["location"], {}, copy_of(part->encoded())};
        for (const auto& [kid, key] : one["keys"].items()) add_key(token.keys, hex(kid), key);
        add(std::move(token));
      }
    }
    for (const auto& one : vectors("attenuate.json")) {
      for (const char* which : {"token", "result"}) {
        const Bundle bundle = value_of(Bundle::parse(one[which].get<std::string>()));
        const Macaroon& macaroon = bundle.parts().at(0).value();
        GoodToken token{std::string(macaroon.location()), {}, copy_of(macaroon.encoded())};
        add_key(token.keys, macaroon.nonce().kid, one["key"]);
        add(std::move(token));
      }
    }
    return tokens;
  }();
  return all;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>((state_ >> 33) % bound);
  }
  Bytes bytes(std::size_t size) {
    Bytes out(size);
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(below(256));
    return out;
  }

 private:
  std::uint64_t state_;
};

// An error of the kinds that reading has, with a sentence that is safe to show.
template <class T>
bool is_typed(const Result<T>& result) {
  if (result) return true;
  const Error& error = result.error();
  const bool kind =
      error.kind == ErrorKind::kMalformed || error.kind == ErrorKind::kTruncated || error.kind == ErrorKind::kTooLarge;
  bool clean = !error.message.empty() && error.message.back() != '.';
  for (const char c : error.message) clean = clean && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  return kind && clean;
}

}  // namespace

TEST_CASE("every single-bit flip of every good token's bytes is refused") {
  std::size_t flips = 0, expected = 0;
  for (const GoodToken& token : good_tokens()) {
    Alone alone(token);
    Bytes bytes = token.bytes;
    expected += bytes.size() * 8;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      const auto flip = static_cast<std::uint8_t>(1U << (bit % 8));
      bytes[bit / 8] ^= flip;
      if (alone.accepts(bytes)) FAIL("bit " << bit << " of " << to_hex(token.bytes));
      bytes[bit / 8] ^= flip;
      ++flips;
    }
    REQUIRE(alone.accepts(bytes));
  }
  INFO(good_tokens().size() << " tokens, " << flips << " flips");
  CHECK(good_tokens().size() > 900);
  CHECK(flips > 900000);
  CHECK(flips == expected);
}

TEST_CASE("every truncation of every good token's bytes is refused") {
  std::size_t cuts = 0, expected = 0;
  for (const GoodToken& token : good_tokens()) {
    Alone alone(token);
    expected += token.bytes.size();
    for (std::size_t size = 0; size < token.bytes.size(); ++size, ++cuts)
      if (alone.accepts(ByteView(token.bytes).first(size))) FAIL(size << " bytes of " << to_hex(token.bytes));
  }
  CHECK(cuts == expected);
  CHECK(cuts > 100000);
}

TEST_CASE("every insertion of eight values at every place of every good token is refused") {
  std::size_t insertions = 0, expected = 0;
  for (const GoodToken& token : good_tokens()) {
    Alone alone(token);
    expected += 8 * (token.bytes.size() + 1);
    for (const std::uint8_t value :
         std::initializer_list<std::uint8_t>{0x00, 0x01, 0x7f, 0x80, 0x92, 0xc0, 0xc4, 0xff}) {
      Bytes longer = joined({token.bytes, repeated(1, value)});
      for (std::size_t place = token.bytes.size();; --place) {
        if (alone.accepts(longer)) FAIL(static_cast<int>(value) << " at " << place << " of " << to_hex(token.bytes));
        ++insertions;
        if (place == 0) break;
        std::swap(longer[place], longer[place - 1]);
      }
    }
  }
  CHECK(insertions == expected);
  CHECK(insertions > 900000);
}

TEST_CASE("random bytes as a header, a token or caveat JSON are one typed error") {
  Random random(1);
  const std::string alphabet = "fm2_,FlyV1 ABab01+/= \t\xff";
  const Keys keys("kid-1", 1);
  const Verifier verifier(kHere, keys);
  VerifierScratch scratch;
  std::size_t refused = 0;
  for (int round = 0; round < 30000; ++round) {
    const Bytes bytes = random.bytes(random.below(80));
    const auto token = Macaroon::decode(bytes);
    std::string header;
    for (std::uint32_t i = random.below(60); i > 0; --i)
      header += alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))];
    const auto bundle = Bundle::parse(header);
    const auto binary = Bundle::parse(text_of(bytes));
    const auto json = parse_caveats_json(text_of(bytes));
    if (!is_typed(token) || !is_typed(bundle) || !is_typed(binary) || !is_typed(json))
      FAIL(to_hex(bytes) << " " << header);
    if (verifier.verify(header, scratch).refusals.empty() || verifier.verify(text_of(bytes), scratch).verified())
      FAIL(header);
    refused += !token && !bundle && !json;
  }
  CHECK(refused > 29000);
}

TEST_CASE("tokens and JSON with many random changes are read or refused, never more") {
  Random random(2);
  std::size_t read = 0, refused = 0;
  const auto cases = vectors("codec.json");
  REQUIRE(cases.size() > 100);
  for (int round = 0; round < 30000; ++round) {
    const GoodToken& good = good_tokens()[random.below(static_cast<std::uint32_t>(good_tokens().size()))];
    Bytes bytes = good.bytes;
    for (std::uint32_t i = 1 + random.below(3); i > 0; --i)
      bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] = static_cast<std::uint8_t>(random.below(256));
    const auto token = Macaroon::decode(bytes);
    if (!is_typed(token)) FAIL(to_hex(bytes));
    // What decodes can be walked to its end.
    if (token)
      for (const Caveat& caveat : token->unverified_caveats()) read += !caveat_to_json(caveat).dump().empty();
    else
      ++refused;

    std::string text = cases[random.below(static_cast<std::uint32_t>(cases.size()))]["caveat"].dump();
    for (std::uint32_t i = random.below(3); i > 0; --i)
      text[random.below(static_cast<std::uint32_t>(text.size()))] = "{}[]\",:0-1enr*\\"[random.below(15)];
    if (!is_typed(parse_caveats_json(text))) FAIL(text);
  }
  CHECK(read > 1000);
  CHECK(refused > 1000);
}
