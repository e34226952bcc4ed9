// Narrowing that failed must not go unseen.
// error: (ignoring return value|-Werror.*unused-result)
#pragma GCC diagnostic error "-Wunused-result"
#include "libtoken/macaroon.h"

void f(libtoken::Macaroon& token, const libtoken::CaveatSet& caveats) {
#ifdef FORBIDDEN
  token.attenuate(caveats);
#endif
  static_cast<void>(token.attenuate(caveats));
}
