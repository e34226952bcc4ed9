#pragma once

#include "core_support.h"

namespace core_test {

// Holds the key of "kid-1", of owner 42.
const Keys& keys();

// "verified", or the grounds of refusal.
std::string outcome(std::initializer_list<ByteView> tokens, std::vector<TrustedThirdParty> trusted = {});

// The JSON types of what the header's first token yields, in order; or the grounds of refusal.
std::string yielded(std::initializer_list<ByteView> tokens, std::vector<TrustedThirdParty> trusted = {});

// A token with one third-party caveat after its organization, and what answers it.
struct Discharged {
  SigningKey r = key_of(0x33);
  EncryptionKey shared = shared_key_of(0x44);
  SigningKey r_in_ticket = r;
  std::string caveat_location = kThirdParty;
  CaveatSet before = CaveatSet().organization(7, kAllActions);
  CaveatSet after = CaveatSet().action(kRead);
  RawToken token;
  RawToken discharge;

  Discharged() { seal_all(); }
  // Makes `token` and `discharge` anew from what stands above.
  void seal_all();
  [[nodiscard]] std::vector<TrustedThirdParty> trusted() const { return {{kThirdParty, {shared}}}; }
};

}  // namespace core_test
