#include <sodium.h>

#include "core_support.h"
#include "wire/sha.h"

using namespace core_test;

namespace {

Bytes counting(std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
  return bytes;
}

Digest libsodium_hmac(ByteView key, ByteView message) {
  crypto_auth_hmacsha256_state state;
  Digest digest{};
  // libsodium takes no null pointer, not even for no bytes.
  const std::uint8_t nothing = 0;
  crypto_auth_hmacsha256_init(&state, key.empty() ? &nothing : key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, message.empty() ? &nothing : message.data(), message.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  return digest;
}

std::string hmac_hex(const Bytes& key, const Bytes& message) { return to_hex(hmac_sha256(key, message)); }

}  // namespace

TEST_CASE("hmac_sha256 agrees with libsodium's over every message length to 300 and every split of it") {
  const Bytes message = counting(300);
  std::size_t compared = 0;
  for (std::size_t length = 0; length <= message.size(); ++length) {
    const ByteView whole = ByteView(message).first(length);
    const Bytes key = counting(32);
    const Digest expected = libsodium_hmac(key, whole);
    for (std::size_t split = 0; split <= length; split += length < 70 ? 1 : 23) {
      if (hmac_sha256(key, whole.first(split), whole.subspan(split)) != expected)
        FAIL("length " << length << ", split " << split);
      ++compared;
    }
  }
  CHECK(compared > 3000);
}

TEST_CASE("hmac_sha256 agrees with libsodium's for every key length to a block") {
  const Bytes message = counting(77);
  for (std::size_t length = 0; length <= 64; ++length) {
    const Bytes key = counting(length);
    CHECK(hmac_sha256(key, message) == libsodium_hmac(key, message));
  }
}

TEST_CASE("hmac_sha256 of another key or message is another one") {
  const Bytes key = counting(32);
  Bytes other_key = key;
  other_key[31] ^= 1;
  CHECK(hmac_sha256(key, counting(40)) != hmac_sha256(other_key, counting(40)));
  CHECK(hmac_sha256(key, counting(40)) != hmac_sha256(key, counting(41)));
}

TEST_CASE("hmac_sha256 gives the answers of RFC 4231") {
  CHECK(hmac_hex(repeated(20, 0x0b), copy_of(bytes_of("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_hex(copy_of(bytes_of("Jefe")), copy_of(bytes_of("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_hex(repeated(20, 0xaa), repeated(50, 0xdd)) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(hmac_hex(hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), repeated(50, 0xcd)) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

TEST_CASE("sha256 and sha1 give the answers of FIPS 180-4") {
  CHECK(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256(bytes_of("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(to_hex(sha1(bytes_of("abc"), {})) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(to_hex(sha1(bytes_of("a"), bytes_of("bc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(to_hex(sha1({}, {})) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST_CASE("equal_secret tells a difference in any bit") {
  const Digest zero{};
  CHECK(equal_secret(zero, zero));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    Digest other{};
    other[bit / 8] = static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(equal_secret(zero, other));
  }
}

TEST_CASE("a key is 32 bytes and not all zeros") {
  for (const std::size_t size : {0U, 1U, 31U, 33U, 64U}) {
    CHECK(kind_of(SigningKey::from_bytes(repeated(size))) == "bad_key");
    CHECK(kind_of(EncryptionKey::from_bytes(repeated(size))) == "bad_key");
  }
  CHECK(kind_of(SigningKey::from_bytes(repeated(32, 0))) == "bad_key");
  CHECK(kind_of(EncryptionKey::from_bytes(repeated(32, 0))) == "bad_key");
  Bytes nearly_zero = repeated(32, 0);
  nearly_zero[31] = 1;
  CHECK(SigningKey::from_bytes(nearly_zero));
  CHECK(EncryptionKey::from_bytes(nearly_zero));
  CHECK(to_hex(SigningKey::generate().expose_secret()) != to_hex(SigningKey::generate().expose_secret()));
}
