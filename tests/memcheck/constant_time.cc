// Signs, verifies and seals with keys that valgrind takes for undefined memory. Run it under valgrind: a branch or an
// index that depends on a key is then an error.
#include <sodium.h>
#include <valgrind/memcheck.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "authority/sealing/key_encryption_key.h"
#include "libtoken/bundle.h"
#include "libtoken/caveat_set.h"
#include "libtoken/third_party.h"
#include "libtoken/verifier.h"
#include "wire/aead.h"

namespace {

using namespace libtoken;

constexpr const char* kLocation = "https://tokens.example.com/v1";
constexpr const char* kThirdParty = "https://auth.example.com";
constexpr std::array<std::uint8_t, 16> kKid{1, 2, 3};

void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

/// 32 bytes that are known to nobody.
std::array<std::uint8_t, 32> secret_bytes() {
  std::array<std::uint8_t, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
  return bytes;
}

template <class T>
T value_of(Result<T> result) {
  must(result.has_value(), "an error where there should be none");
  return std::move(*result);
}

class OneKey final : public KeySource {
 public:
  explicit OneKey(const SigningKey& key) : root_{key, 7} {}
  const RootKey* find(ByteView) const noexcept override { return &root_; }

 private:
  RootKey root_;
};

/// The token as it is given to its holder, who knows all of it.
std::string given_out(const Macaroon& token) {
  const ByteView bytes = token.encoded();
  VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size());
  return token.text();
}

std::string with_other_byte(const std::string& text, std::size_t from_end) {
  Bytes bytes = value_of(from_base64(text.substr(4)));
  bytes[bytes.size() - from_end] ^= 1;
  return "fm2_" + to_base64(bytes);
}

bool verifies(const Verifier& verifier, const std::string& tokens) {
  VerifierScratch scratch;
  return verifier.verify("FlyV1 " + tokens, scratch).verified();
}

void sign_and_verify() {
  const SigningKey key = value_of(SigningKey::from_bytes(secret_bytes()));
  const EncryptionKey shared = value_of(EncryptionKey::from_bytes(secret_bytes()));
  CaveatSet caveats;
  caveats.organization(7, kRead).validity_window(0, 1'800'000'000);
  Macaroon token = value_of(Macaroon::mint(kKid, kLocation, key, caveats));
  CaveatSet more;
  more.action(kRead);
  must(token.attenuate(more).has_value(), "it cannot be narrowed");

  const OneKey keys(key);
  const Verifier verifier(kLocation, keys);
  const std::string text = given_out(token);
  must(verifies(verifier, text), "it does not verify");
  for (const std::size_t from_end : {1, 8, 9, 16, 24, 32}) {
    must(!verifies(verifier, with_other_byte(text, from_end)), "it verifies with another tail");
  }

  // With a discharge, which is bound to it.
  CaveatSet for_third_party;
  for_third_party.validity_window(0, 1'800'000'000);
  must(add_third_party(token, kThirdParty, shared, for_third_party).has_value(), "no third-party caveat");
  const std::string with_third_party = given_out(token);
  Bundle bundle = value_of(Bundle::parse("FlyV1 " + with_third_party));
  const auto tickets = tickets_of(bundle, kLocation);
  must(tickets.size() == 1, "no ticket");
  const auto opened = value_of(OpenedTicket::open(tickets[0].ticket, shared));
  const Macaroon discharge = value_of(opened.discharge(kThirdParty, value_of(binding_to(*bundle.parts()[0]))));
  const std::string answer = given_out(discharge);
  must(verifies(verifier, with_third_party + "," + answer), "it does not verify with its discharge");
  must(!verifies(verifier, with_third_party + "," + with_other_byte(answer, 1)), "it verifies with another discharge");

  // By a verifier that trusts the third party, and so opens the ticket with the key that it shares with it.
  const Verifier trusting(kLocation, keys, {{kThirdParty, {shared}}});
  must(verifies(trusting, with_third_party + "," + answer), "it does not verify where the third party is trusted");
  const EncryptionKey other = value_of(EncryptionKey::from_bytes(secret_bytes()));
  const Verifier sharing_another(kLocation, keys, {{kThirdParty, {other, shared}}});
  must(verifies(sharing_another, with_third_party + "," + answer), "it does not verify with the second key");
}

void seal_and_open() {
  const auto key = secret_bytes();
  const auto secret = secret_bytes();
  Bytes sealed = seal(key, secret);
  std::array<std::uint8_t, 32> opened{};
  must(open_sealed(key, sealed, opened.data()), "it does not open");
  sealed.back() ^= 1;
  must(!open_sealed(key, sealed, opened.data()), "it opens when it was changed");
}

void seal_root_keys() {
  using libtoken::authority::KeyEncryptionKey;
  const KeyEncryptionKey key = value_of(KeyEncryptionKey::from_bytes(secret_bytes()));
  const auto secret = secret_bytes();
  const Bytes context{1, 2, 3};
  std::string sealed = key.seal(secret, context);
  VALGRIND_MAKE_MEM_DEFINED(sealed.data(), sealed.size());  // as it is written into the store
  must(value_of(key.open(sealed, context)).size() == secret.size(), "it does not open");
  must(!key.open(sealed, Bytes{1, 2}).has_value(), "it opens in another place");
  sealed.back() = sealed.back() == '0' ? '1' : '0';
  must(!key.open(sealed, context).has_value(), "it opens when it was changed");
  must(!value_of(KeyEncryptionKey::from_bytes(secret_bytes())).open(sealed, context).has_value(),
       "another key opens it");
}

}  // namespace

int main() {
  must(RUNNING_ON_VALGRIND != 0, "run this under valgrind");
  must(sodium_init() >= 0, "no random bytes");
  sign_and_verify();
  seal_and_open();
  seal_root_keys();
  return 0;
}
