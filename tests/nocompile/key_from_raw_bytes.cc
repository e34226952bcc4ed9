// A key comes from a check of its bytes, or from a random source.
// error: (private|no matching|protected|could not convert)
#include "libtoken/keys.h"

void f(std::span<const std::uint8_t, 32> bytes) {
#ifdef FORBIDDEN
  const libtoken::SigningKey key(bytes);
#endif
  static_cast<void>(bytes);
}
