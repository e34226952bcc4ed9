// A macaroon's caveats are views into it: it is cloned, never copied.
// error: (use of deleted function|call to deleted constructor)
#include "libtoken/macaroon.h"

void f(const libtoken::Macaroon& token) {
#ifdef FORBIDDEN
  const libtoken::Macaroon copy = token;
#endif
  static_cast<void>(token);
}
