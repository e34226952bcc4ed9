#pragma once

#include <cstddef>
#include <cstdint>

#include "libtoken/result.h"

namespace libtoken {

/// Fault::what of every kTruncated.
inline constexpr const char* kOnlyFirstPart = "this is only the first part of a token";

/// The first fault found while decoding. It is made while deciding about a request, so it allocates nothing; to_error()
/// makes the sentence when it is needed.
struct Fault {
  ErrorKind kind = ErrorKind::kMalformed;
  const char* what = "";  ///< static
  std::size_t offset = 0;
  std::uint64_t missing_bytes = 0;

  [[nodiscard]] Error to_error() const;
};

}  // namespace libtoken
