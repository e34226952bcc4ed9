// A key has no way to a stream.
// error: (no match for|invalid operands)
#include <iostream>

#include "libtoken/keys.h"

void f(const libtoken::SigningKey& key) {
#ifdef FORBIDDEN
  std::cout << key;
#endif
  static_cast<void>(key);
}
