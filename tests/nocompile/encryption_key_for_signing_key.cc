// Keys of different use are different types.
// error: (no matching function|could not convert|no viable conversion|invalid initialization|cannot convert)
#include "libtoken/macaroon.h"

libtoken::Result<libtoken::Macaroon> f(const libtoken::EncryptionKey& encryption, const libtoken::SigningKey& signing) {
#ifdef FORBIDDEN
  static_cast<void>(libtoken::Macaroon::mint({}, "", encryption, {}));
#endif
  static_cast<void>(encryption);
  return libtoken::Macaroon::mint({}, "", signing, {});
}
