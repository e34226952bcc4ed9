#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "fault.h"
#include "libtoken/macaroon.h"

namespace libtoken {

/// One `fm2_` part of a header: good base64 of so many bytes.
struct HeaderPart {
  std::string_view base64;
  std::size_t decoded_size = 0;
};

/// The parts of an Authorization header (FORMAT.md §2), `fo1` parts left out.
class HeaderParts {
 public:
  /// False: see fault(). The header must outlive this.
  [[nodiscard]] bool split(std::string_view header) noexcept;

  [[nodiscard]] std::span<const HeaderPart> parts() const noexcept { return std::span(parts_).first(count_); }
  /// kTooLarge, kTruncated, kMalformed; of the header as a whole.
  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }

 private:
  [[nodiscard]] bool refuse(ErrorKind kind, const char* what) noexcept;
  [[nodiscard]] bool add(std::string_view part) noexcept;

  std::array<HeaderPart, kMaxParts> parts_;
  std::size_t count_ = 0;
  Fault fault_;
};

/// The sentence for a header's fault.
[[nodiscard]] Error header_error(const Fault& fault);

}  // namespace libtoken
