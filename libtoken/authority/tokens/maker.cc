#include <variant>

#include "authority/tokens/issuer.h"
#include "libtoken/macaroon.h"

namespace libtoken::authority {

Result<Maker> maker_of(const VerifiedToken& token) {
  const auto refuse = [](const char* why) {
    return fail(ErrorKind::kInvalidArgument, std::string("the token may not make others: ") + why);
  };
  if (token.nonce().proof) return refuse("it is a proof");
  if (!token.discharges().empty()) return refuse("it was discharged, and a discharge cannot be handed on");
  const auto own = token.own_caveats();
  const auto* first = own.empty() ? nullptr : std::get_if<Organization>(&own.front().body);
  if (first == nullptr || first->id == 0 || first->id != token.key_owner()) {
    return refuse("it does not begin with the org that its key belongs to");
  }
  Maker maker;
  for (const Caveat& caveat : own) {
    if (std::holds_alternative<ThirdParty>(caveat.body)) {
      return refuse("it has a third-party caveat, and what that stands for cannot be handed on");
    }
    if (std::holds_alternative<BindToParentToken>(caveat.body)) return refuse("it is bound to another token");
    maker.caveats.encoded(caveat.encoded);
  }
  maker.id = token.id();
  maker.kid.assign(token.nonce().kid.begin(), token.nonce().kid.end());
  maker.org = token.key_owner();
  maker.not_after_unix_s = not_after_unix_s(own);
  maker.profile = recognise_profile(own).value_or(Profile::kOrg);
  return maker;
}

}  // namespace libtoken::authority
