#pragma once

#include "wire/aead.h"
#include "core_support.h"

namespace core_test {

inline const Keys& keys() {
  static const Keys one("kid-1", 1, 42);
  return one;
}

// "verified", or the grounds of refusal.
inline std::string outcome(std::initializer_list<ByteView> tokens, std::vector<TrustedThirdParty> trusted = {}) {
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys(), std::move(trusted));
  const std::string header = header_of(tokens);
  const Verification verification = verifier.verify(header, scratch);
  return verification.verified() ? "verified" : grounds(verification);
}

// The JSON types of what the header's first token yields, in order.
inline std::string yielded(std::initializer_list<ByteView> tokens, std::vector<TrustedThirdParty> trusted = {}) {
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys(), std::move(trusted));
  const std::string header = header_of(tokens);
  const Verification verification = verifier.verify(header, scratch);
  if (!verification.verified()) return grounds(verification);
  std::string types;
  for (const Caveat* caveat : verification.tokens[0].caveats())
    types += (types.empty() ? "" : " ") + std::string(name_of(caveat->type));
  return types;
}

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

  void seal_all() {
    RawToken so_far;
    so_far.caveats = before;
    Bytes content = joined({hex("92"), hex("c420"), r_in_ticket.expose_secret(), hex("90")});
    const Bytes ticket = seal(shared.expose_secret(), content);
    token.caveats = before;
    token.caveats.third_party(caveat_location, seal(so_far.macaroon().tail(), r.expose_secret()), ticket);
    token.caveats.append(after);
    discharge.key = r;
    discharge.kid = ticket;
    discharge.proof = true;
    discharge.location = kThirdParty;
  }
  Discharged() { seal_all(); }
  [[nodiscard]] std::vector<TrustedThirdParty> trusted() const { return {{kThirdParty, {shared}}}; }
};

}  // namespace core_test
