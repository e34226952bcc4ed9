#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/chain.h"
#include "libtoken/bundle.h"
#include "libtoken/caveat_json.h"
#include "libtoken/caveat_set.h"
#include "libtoken/clearing.h"
#include "libtoken/macaroon.h"
#include "libtoken/verifier.h"
#include "wire/msgpack.h"
#include "support/catch.h"

namespace core_test {

using namespace libtoken;

inline constexpr const char* kHere = "https://tokens.localhost/v1";
inline constexpr const char* kThirdParty = "https://login.localhost/v1";

/// Bytes from hex; spaces are for the reader.
inline Bytes hex(std::string_view spaced) {
  std::string digits;
  for (const char c : spaced)
    if (c != ' ') digits += c;
  Result<Bytes> bytes = from_hex(digits);
  if (!bytes) throw std::runtime_error("not hex: " + digits);
  return *bytes;
}

inline Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline Bytes repeated(std::size_t count, std::uint8_t byte = 0x61) { return Bytes(count, byte); }

inline Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const ByteView part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A result's value; an error ends the test with its sentence.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(to_string(result.error().kind)) + ": " + result.error().message);
  return std::move(*result);
}

/// The name of a result's error, "" if it has none.
template <class T>
std::string kind_of(const Result<T>& result) {
  return result ? "" : to_string(result.error().kind);
}

inline SigningKey key_of(std::uint8_t fill) { return value_of(SigningKey::from_bytes(repeated(32, fill))); }
inline EncryptionKey shared_key_of(std::uint8_t fill) {
  return value_of(EncryptionKey::from_bytes(repeated(32, fill)));
}

/// Root keys in memory.
class Keys final : public KeySource {
 public:
  Keys() = default;
  Keys(std::string_view kid, std::uint8_t fill, std::uint64_t owner = 7) { add(kid, key_of(fill), owner); }
  void add(std::string_view kid, const SigningKey& key, std::uint64_t owner = 7) {
    keys_.emplace(kid, RootKey{key, owner});
  }
  [[nodiscard]] const RootKey* find(ByteView kid) const noexcept override {
    const auto found = keys_.find(text_of(kid));
    return found == keys_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, RootKey, std::less<>> keys_;
};

/// A token signed step by step, whatever the rules for adding say.
struct RawToken {
  SigningKey key = key_of(1);
  Bytes kid = copy_of(bytes_of("kid-1"));
  bool proof = false;
  std::uint8_t version = 1;
  std::string location = kHere;
  CaveatSet caveats;

  [[nodiscard]] Bytes encode() const {
    Bytes nonce;
    msgpack::write_array(nonce, version == 0 ? 2 : 3);
    msgpack::write_bin(nonce, kid);
    msgpack::write_bin(nonce, repeated(16, 0x72));
    if (version != 0) msgpack::write_bool(nonce, proof);
    Digest tail = chain_start(key, nonce);
    const DecodedCaveats decoded = value_of(caveats.check());
    for (const Caveat& caveat : decoded.caveats()) tail = chain_step(tail, caveat.encoded);
    if (proof) tail = chain_finalize(tail);
    Bytes out;
    msgpack::write_array(out, 4);
    out.insert(out.end(), nonce.begin(), nonce.end());
    msgpack::write_str(out, location);
    const Bytes list = caveats.encoded_list();
    out.insert(out.end(), list.begin(), list.end());
    msgpack::write_bin(out, tail);
    return out;
  }
  [[nodiscard]] Macaroon macaroon() const { return value_of(Macaroon::decode(encode())); }
};

/// A token that key 1 of "kid-1" signs, for kHere.
inline Bytes signed_token(const CaveatSet& caveats) {
  RawToken token;
  token.caveats = caveats;
  return token.encode();
}

inline Macaroon minted(const CaveatSet& caveats) {
  return value_of(Macaroon::mint(bytes_of("kid-1"), kHere, key_of(1), caveats));
}

inline std::string header_of(std::initializer_list<ByteView> tokens) {
  std::string header = "FlyV1 ";
  for (const ByteView token : tokens) header += (header.size() > 6 ? ",fm2_" : "fm2_") + to_base64(token);
  return header;
}

/// Caveats together with the bytes they look at.
class Decoded {
 public:
  explicit Decoded(const CaveatSet& set) : set_(set), decoded_(value_of(set_.check())) {}
  [[nodiscard]] const Caveat& operator[](std::size_t i) const { return decoded_.caveats()[i]; }
  [[nodiscard]] std::span<const Caveat> all() const { return decoded_.caveats(); }

 private:
  CaveatSet set_;
  DecodedCaveats decoded_;
};

inline CaveatSet unknown_caveat() { return CaveatSet().encoded(hex("cc c8 c3")); }

/// What the first of these caveats says of an access.
inline std::string verdict(const CaveatSet& set, const Access& access) {
  return to_string(clear(Decoded(set)[0], access));
}

inline CaveatSet from_json(std::string_view text) { return value_of(parse_caveats_json(text)); }

/// Why a header was refused: the kinds of its refusals, in order; "" if it verified without any.
inline std::string grounds(const Verification& verification) {
  std::string kinds;
  for (const Refusal& refusal : verification.refusals)
    kinds += (kinds.empty() ? "" : " ") + std::string(to_string(refusal.kind));
  return kinds;
}

}  // namespace core_test
