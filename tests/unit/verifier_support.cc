#include "verifier_support.h"

#include "wire/aead.h"

namespace core_test {

const Keys& keys() {
  static const Keys one("kid-1", 1, 42);
  return one;
}

std::string outcome(std::initializer_list<ByteView> tokens, std::vector<TrustedThirdParty> trusted) {
  VerifierScratch scratch;
  const Verifier verifier(kHere, keys(), std::move(trusted));
  const std::string header = header_of(tokens);
  const Verification verification = verifier.verify(header, scratch);
  return verification.verified() ? "verified" : grounds(verification);
}

std::string yielded(std::initializer_list<ByteView> tokens, std::vector<TrustedThirdParty> trusted) {
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

void Discharged::seal_all() {
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

}  // namespace core_test
