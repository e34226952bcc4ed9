// A VerifiedToken comes from a verifier alone.
// error: VerifiedToken\(\).* (is private|private constructor)|private constructor|calling a private constructor
#include "libtoken/verifier.h"

void f() {
#ifdef FORBIDDEN
  libtoken::VerifiedToken token;
#endif
}
