#include "authority/judge/refusal_reasons.h"

#include <algorithm>

#include "authority/judge/reasons.h"
#include "authority/judge/signed_tokens.h"

namespace libtoken::authority {

Reason RefusalReasons::reason_of(const Refusal& refusal) {
  Reason reason = authority::reason_of(refusal, authorization_);
  if (refusal.kind != ErrorKind::kUnknownKey) return reason;
  const std::string kid = to_hex(refusal.kid);
  reason.log_note = "key id " + kid;
  if (!snapshot_.is_retired(refusal.kid)) return reason;
  if (snapshot_.retired_keys().find(refusal.kid) == nullptr) {
    reason.message = "The key that the token names was retired: get a new token.";
    reason.log_note += " is retired and its key is not kept, so that the signature was not checked";
  } else if (is_signed_with_retired_key(refusal.part)) {
    reason.message = "The key that signed the token was retired: get a new token.";
    reason.log_note += " is retired";
  } else {
    reason.log_note += " is retired, and its signature does not match";
    return reason;
  }
  reason.code = ReasonCode::kKeyRetired;
  return reason;
}

bool RefusalReasons::is_signed_with_retired_key(std::size_t part) {
  if (!signed_parts_) {
    signed_parts_.emplace();
    VerifierScratch scratch;  // the caller's is in use
    for (const SignedToken& token : tokens_signed_with(snapshot_.retired_keys(), snapshot_, authorization_, scratch)) {
      signed_parts_->push_back(token.part);
    }
  }
  return std::find(signed_parts_->begin(), signed_parts_->end(), part) != signed_parts_->end();
}

}  // namespace libtoken::authority
