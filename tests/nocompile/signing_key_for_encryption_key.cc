// Keys of different use are different types.
// error: (no matching function|could not convert|no viable conversion|invalid initialization|cannot convert)
#include "libtoken/third_party.h"

void f(libtoken::Macaroon& token, const libtoken::EncryptionKey& encryption, const libtoken::SigningKey& signing) {
  static_cast<void>(libtoken::add_third_party(token, "", encryption, {}));
#ifdef FORBIDDEN
  static_cast<void>(libtoken::add_third_party(token, "", signing, {}));
#endif
  static_cast<void>(signing);
}
