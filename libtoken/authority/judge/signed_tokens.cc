#include "authority/judge/signed_tokens.h"

#include "libtoken/bundle.h"

namespace libtoken::authority {

std::vector<SignedToken> tokens_signed_with(const KeySource& keys, const Snapshot& snapshot,
                                            std::string_view authorization, VerifierScratch& scratch) {
  const Verifier verifier(snapshot.location(), keys);
  const Verification verification = verifier.verify(authorization, scratch);
  std::vector<SignedToken> found;
  for (const VerifiedToken& token : verification.tokens) {
    found.push_back({token.part(), token.id(), token.key_owner(), not_after_unix_s(token.own_caveats())});
  }
  // A verification says nothing of a token without its discharges but that its signature is good.
  std::optional<Bundle> bundle;
  for (const Refusal& refusal : verification.refusals) {
    if (refusal.kind != ErrorKind::kMissingDischarge) continue;
    if (!bundle) {
      auto parsed = Bundle::parse(authorization);
      if (!parsed) return found;
      bundle.emplace(std::move(*parsed));
    }
    if (refusal.part >= bundle->parts().size()) continue;
    const Bundle::Part& part = bundle->parts()[refusal.part];
    const RootKey* root = part ? keys.find(part->nonce().kid) : nullptr;
    if (root != nullptr) found.push_back({refusal.part, part->id(), root->owner});
  }
  return found;
}

std::vector<SignedToken> tokens_signed_here(const Snapshot& snapshot, std::string_view authorization,
                                            VerifierScratch& scratch) {
  std::vector<SignedToken> found = tokens_signed_with(snapshot, snapshot, authorization, scratch);
  for (const SignedToken& token : tokens_signed_with(snapshot.retired_keys(), snapshot, authorization, scratch)) {
    found.push_back(token);
  }
  return found;
}

}  // namespace libtoken::authority
