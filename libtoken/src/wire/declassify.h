#pragma once

#include <cstddef>

#ifdef LIBTOKEN_MEMCHECK
#include <valgrind/memcheck.h>
#endif

namespace libtoken {

// tests/memcheck tells valgrind that keys are undefined memory, so that it reports every branch and every index that
// depends on one. These say where something that follows from a key may be known to all; otherwise they do nothing.

/// Bytes that are given out, such as what was sealed.
inline void declassify([[maybe_unused]] const void* bytes, [[maybe_unused]] std::size_t size) noexcept {
#ifdef LIBTOKEN_MEMCHECK
  VALGRIND_MAKE_MEM_DEFINED(bytes, size);
#endif
}

/// Bytes that are secret again, inside of something of which the rest is known to all.
inline void classify([[maybe_unused]] const void* bytes, [[maybe_unused]] std::size_t size) noexcept {
#ifdef LIBTOKEN_MEMCHECK
  VALGRIND_MAKE_MEM_UNDEFINED(bytes, size);
#endif
}

/// An answer, such as whether a signature is right.
template <class T>
[[nodiscard]] T declassified(T answer) noexcept {
  declassify(&answer, sizeof answer);
  return answer;
}

}  // namespace libtoken
