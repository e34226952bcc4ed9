#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "libtoken/macaroon.h"
#include "wire/fault.h"

namespace libtoken {

/// The parts of an Authorization header (FORMAT.md §2), base64 decoded, `fo1` parts left out. Reused for another
/// header, it allocates nothing once it is large enough.
class HeaderParts {
 public:
  /// False: see fault().
  [[nodiscard]] bool split(std::string_view header);

  /// Good until the next split().
  [[nodiscard]] std::span<const ByteView> parts() const noexcept { return std::span(parts_).first(count_); }
  /// kTooLarge, kTruncated, kMalformed; of the header as a whole.
  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }

 private:
  [[nodiscard]] bool refuse(ErrorKind kind, const char* what) noexcept;
  [[nodiscard]] bool add(std::string_view part);

  Bytes bytes_;  // of all parts, one after the other
  std::size_t used_ = 0;
  std::array<ByteView, kMaxParts> parts_;
  std::size_t count_ = 0;
  Fault fault_;
};

/// The sentence for a header's fault.
[[nodiscard]] Error header_error(const Fault& fault);

}  // namespace libtoken
