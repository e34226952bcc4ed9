// Counts this program's allocations: hostile input must not make it hold much, and a warm verifier makes none.
#include <malloc.h>

#include <cstdlib>
#include <functional>
#include <new>

#include "core_support.h"
#include "wire/aead.h"

namespace {

std::size_t allocations = 0;
std::size_t held = 0;
std::size_t most_held = 0;

void* allocate(std::size_t size) noexcept {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) return nullptr;
  ++allocations;
  held += malloc_usable_size(memory);
  if (held > most_held) most_held = held;
  return memory;
}

void* allocate_or_throw(std::size_t size) {
  if (void* memory = allocate(size)) return memory;
  throw std::bad_alloc();
}

void release(void* memory) noexcept {
  if (memory != nullptr) held -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }

using namespace core_test;

namespace {

constexpr std::size_t kBytesPerByte = 64;
constexpr std::size_t kAllowance = 16 * 1024;

// The most that doing this holds beyond what is held before.
std::size_t peak_of(const std::function<void()>& work) {
  const std::size_t before = held;
  most_held = held;
  work();
  return most_held - before;
}

void check_peak(const char* what, const std::string& input, const std::function<void()>& work) {
  const std::size_t peak = peak_of(work);
  INFO(what << ": " << peak << " bytes for an input of " << input.size() << ", starting " << input.substr(0, 40));
  CHECK(peak <= kBytesPerByte * input.size() + kAllowance);
}

const Keys& keys() {
  static const Keys one("kid-1", 1);
  return one;
}

std::string repeat(const std::string& text, std::size_t count, const std::string& between = ",") {
  std::string all;
  all.reserve(count * (text.size() + between.size()));
  for (std::size_t i = 0; i < count; ++i) all += (i == 0 ? "" : between) + text;
  return all;
}

std::string fm2(ByteView bytes) { return "fm2_" + to_base64(bytes); }

// Decodable but unsigned: anybody can send it.
Bytes unsigned_token(const std::string& caveats_hex) {
  return joined({hex("94 93c0c0c2 a0"), hex(caveats_hex), hex("c420"), repeated(32, 0)});
}

std::string hex_list(std::size_t caveats) {
  Bytes list;
  msgpack::write_array(list, 2 * caveats);
  return to_hex(list);
}

std::string nested_if_presents(std::size_t depth, std::size_t width) {
  std::string core = hex_list(width) + repeat("1a00", width, "");
  for (std::size_t i = 0; i < depth; ++i) core = hex_list(1) + "0d92" + core + "00";
  return core;
}

std::vector<std::string> hostile_headers() {
  const Bytes tiny = unsigned_token("90");
  const Bytes many = unsigned_token(hex_list(128) + repeat("1a00", 128, ""));
  const Bytes nested = unsigned_token(nested_if_presents(15, 1));
  const Bytes wide = unsigned_token(nested_if_presents(15, 113));
  // Lists of one among lists that just do not fit what is left of a chunk.
  const Bytes uneven = unsigned_token(hex_list(9) + repeat("0d92" + hex_list(7) + repeat("1a00", 7, "") + "00", 9, ""));
  Bytes set_body;
  msgpack::write_map(set_body, 15000);
  for (std::uint64_t i = 0; i < 15000; ++i) {
    msgpack::write_uint(set_body, i);
    set_body.push_back(0);
  }
  set_body.resize(32000);
  const Bytes huge_set = unsigned_token("920391" + to_hex(set_body));
  const Bytes claims = unsigned_token("dc0100 ff");
  std::vector<std::string> headers;
  for (const Bytes* token : {&tiny, &many, &nested, &wide, &uneven, &huge_set, &claims})
    for (const std::size_t parts : {1U, 2U, 64U, 65U}) headers.push_back(repeat(fm2(*token), parts));
  headers.push_back(repeat(fm2(hex("94")), 64));
  headers.push_back(repeat("fm2_AAAA", 64));
  headers.push_back(repeat("fm2_QQ==", 63) + ",fm2_Q");
  headers.push_back("fm2_" + std::string(4000000, 'A'));
  headers.push_back("fm2_" + std::string(4000001, 'A'));
  headers.push_back("fm2_" + to_base64(joined({many, hex("00")})).substr(0, 401));
  headers.push_back(std::string(4000000, ','));
  headers.push_back(std::string(4000000, ' '));
  headers.push_back(repeat("FlyV1", 500000, " "));
  headers.push_back(repeat("fo1_x", 64) + "," + std::string(1000000, 'f'));
  headers.push_back("");
  return headers;
}

std::vector<std::string> hostile_json() {
  std::string distinct = "{";
  for (int i = 0; i < 20000; ++i) distinct += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
  const std::string organization = R"({"type":"Organization","body":{"id":1,"mask":""}})";
  const std::string if_present = R"({"type":"IfPresent","body":{"ifs":[)";
  std::string apps = R"({"type":"Apps","body":{"apps":{)";
  for (int i = 0; i < 10000; ++i) apps += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"\"";
  return {std::string(1000000, '['),
          repeat("{\"a\":", 100000, ""),
          "[" + repeat("[]", 200000) + "]",
          "[" + repeat("{}", 200000) + "]",
          "[" + repeat("1", 200000) + "]",
          "[" + repeat("\"\"", 200000) + "]",
          "[" + repeat("\"" + std::string(40, 'a') + "\"", 20000) + "]",
          "[" + repeat("1.5", 100000) + "]",
          distinct + "}",
          "[" + repeat("{\"\":0}", 100000) + "]",
          "[" + repeat("[[[[]]]]", 50000) + "]",
          repeat("[", 32, "") + repeat("1", 100000) + repeat("]", 32, ""),
          "[" + repeat(organization, 2000) + "]",
          "[" + repeat(organization, 128) + "]",
          repeat(if_present, 16, ""),
          repeat(if_present, 6, "") + repeat("],\"else\":\"\"}}", 6, ""),
          apps + "}}}",
          "\"" + std::string(1000000, 'a'),
          "\"" + std::string(1000000, 'a') + "\"",
          R"({"type":"Mutations","body":{"mutations":[)" + repeat("\"\"", 30000) + "]}}",
          R"({"type":"Mutations","body":{"mutations":[)" + repeat("\"\"", 40000) + "]}}",
          R"({"type":"Commands","body":[)" + repeat(R"({"args":[]})", 8000) + "]}",
          R"({"type":"Commands","body":[)" + repeat(R"({"args":[""]})", 8000) + "]}",
          R"({"type":"GoogleUserID","body":")" + std::string(100000, '9') + "\"}",
          R"({"type":")" + std::string(100000, '\x01') + "\"}",
          R"({"type":")" + std::string(100000, 'x') + R"(","body":1})",
          std::string(100000, '9'),
          std::string(100000, '-'),
          ""};
}

}  // namespace

TEST_CASE("parsing a hostile header holds at most 64 bytes per byte of it") {
  const auto headers = hostile_headers();
  CHECK(headers.size() > 30);
  for (const std::string& header : headers)
    check_peak("Bundle::parse", header, [&] { static_cast<void>(Bundle::parse(header)); });
}

TEST_CASE("verifying a hostile header holds at most 64 bytes per byte of it, the scratch counted") {
  const Verifier verifier(kHere, keys());
  const Verifier nowhere("", keys());
  for (const std::string& header : hostile_headers()) {
    for (const Verifier* one : {&verifier, &nowhere}) {
      check_peak("Verifier::verify", header, [&] {
        VerifierScratch scratch;
        CHECK_FALSE(one->verify(header, scratch).verified());
      });
    }
  }
}

TEST_CASE("many tokens and discharges that verify hold at most 64 bytes per byte") {
  CaveatSet caveats;
  for (std::uint64_t i = 0; i < 60; ++i) caveats.action({static_cast<std::uint16_t>(i)});
  const std::string header = repeat(fm2(signed_token(caveats)), 64);
  const Verifier verifier(kHere, keys());
  check_peak("Verifier::verify", header, [&] {
    VerifierScratch scratch;
    CHECK(verifier.verify(header, scratch).tokens.size() == 64);
  });
}

TEST_CASE("reading hostile caveat JSON holds at most 64 bytes per byte of it") {
  for (const std::string& text : hostile_json())
    check_peak("parse_caveats_json", text, [&] { static_cast<void>(parse_caveats_json(text)); });
}

TEST_CASE("a verifier with a warm scratch allocates nothing, for tokens with discharges too") {
  RawToken token, before, discharge;
  const EncryptionKey shared = shared_key_of(5);
  const SigningKey r = key_of(6);
  before.caveats = CaveatSet().organization(7, kAllActions);
  discharge.key = r;
  discharge.kid = seal(shared.expose_secret(), joined({hex("92c420"), r.expose_secret(), hex("92 16 90")}));
  discharge.location = kThirdParty;
  discharge.proof = true;
  token.caveats = CaveatSet(before.caveats)
                      .third_party(kThirdParty, seal(before.macaroon().tail(), r.expose_secret()), discharge.kid);
  discharge.caveats = CaveatSet()
                          .number(CaveatType::kFlyioUserID, 3)
                          .validity_window(0, 5)
                          .bind_to_parent(ByteView(sha256(token.macaroon().tail())).first(16));
  const Bytes plain =
      signed_token(CaveatSet().organization(7, kAllActions).if_present(CaveatSet().apps({{1, kRead}}), kRead));
  RawToken forged;
  forged.key = key_of(9);

  const Verifier verifier(kHere, keys(), {{kThirdParty, {shared}}});
  VerifierScratch scratch;
  const std::string headers[] = {header_of({plain}), header_of({token.encode(), discharge.encode()}),
                                 header_of({discharge.encode(), forged.encode(), token.encode(), plain}),
                                 header_of({forged.encode()})};
  const std::size_t verified[] = {1, 1, 2, 0};
  for (const std::string& header : headers) static_cast<void>(verifier.verify(header, scratch));
  for (std::size_t i = 0; i < std::size(headers); ++i) {
    Access access;
    access.action = kRead;
    access.org = 7;
    const std::size_t start = allocations;
    const Verification verification = verifier.verify(headers[i], scratch);
    bool clears = true;
    for (const VerifiedToken& one : verification.tokens) clears = clears && all_clear(one.caveats(), access);
    const std::size_t made = allocations - start;
    CHECK(verification.tokens.size() == verified[i]);
    CHECK(clears);
    CHECK(made == 0);
  }
}

TEST_CASE("the counters count") {
  const std::size_t start = allocations;
  const std::size_t peak = peak_of([] { const Bytes block = repeated(100000); });
  CHECK(allocations > start);
  CHECK(peak >= 100000);
  CHECK(held < most_held);
  VerifierScratch fresh;
  const Verifier verifier(kHere, keys());
  const std::string header = header_of({signed_token({})});
  const std::size_t before = allocations;
  CHECK(verifier.verify(header, fresh).verified());
  CHECK(allocations > before);
}
