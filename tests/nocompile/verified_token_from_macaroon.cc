// A macaroon is unverified by type: it does not turn into a verified token.
// error: (no matching|could not convert|conversion from|no viable conversion)
#include "libtoken/macaroon.h"
#include "libtoken/verifier.h"

void f(const libtoken::Macaroon& macaroon) {
#ifdef FORBIDDEN
  libtoken::VerifiedToken token = macaroon;
#endif
  static_cast<void>(macaroon);
}
