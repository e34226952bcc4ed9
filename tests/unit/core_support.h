#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/caveat_json.h"
#include "libtoken/caveat_set.h"
#include "libtoken/clearing.h"
#include "libtoken/macaroon.h"
#include "libtoken/verifier.h"
#include "support/catch.h"
#include "tokens/chain.h"
#include "wire/msgpack.h"

namespace core_test {

using namespace libtoken;

inline constexpr const char* kHere = "https://tokens.localhost/v1";
inline constexpr const char* kThirdParty = "https://login.localhost/v1";

/// Bytes from hex; spaces are for the reader.
Bytes hex(std::string_view spaced);

Bytes copy_of(ByteView bytes);
Bytes repeated(std::size_t count, std::uint8_t byte = 0x61);
Bytes joined(std::initializer_list<ByteView> parts);

bool contains(std::string_view text, std::string_view part);

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

/// A key of 32 times this byte.
SigningKey key_of(std::uint8_t fill);
EncryptionKey shared_key_of(std::uint8_t fill);

/// Root keys in memory.
class Keys final : public KeySource {
 public:
  Keys() = default;
  Keys(std::string_view kid, std::uint8_t fill, std::uint64_t owner = 7) { add(kid, key_of(fill), owner); }
  void add(std::string_view kid, const SigningKey& key, std::uint64_t owner = 7);
  [[nodiscard]] const RootKey* find(ByteView kid) const noexcept override;

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

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] Macaroon macaroon() const;
};

/// A token that key 1 of "kid-1" signs, for kHere.
Bytes signed_token(const CaveatSet& caveats);

Macaroon minted(const CaveatSet& caveats);

std::string header_of(std::initializer_list<ByteView> tokens);

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

CaveatSet unknown_caveat();

/// What the first of these caveats says of an access.
std::string verdict(const CaveatSet& set, const Access& access);

CaveatSet from_json(std::string_view text);

/// Why a header was refused: the kinds of its refusals, in order; "" if it verified without any.
std::string grounds(const Verification& verification);

}  // namespace core_test
