#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "libtoken/macaroon.h"
#include "libtoken/result.h"

namespace libtoken {

/// The tokens of one Authorization header (FORMAT.md §2), unverified, for looking at and narrowing. To decide on a
/// request, use a Verifier, which takes the header itself.
class Bundle {
 public:
  /// One part of the header, whose base64 is valid: a macaroon, or why it cannot be decoded (kMalformed, kTruncated,
  /// kTooLarge).
  using Part = Result<Macaroon>;

  /// Splits a header. Errors, which concern the whole header: kTooLarge (more than 64 parts), kTruncated (half a
  /// token), kMalformed.
  [[nodiscard]] static Result<Bundle> parse(std::string_view header);

  explicit Bundle(std::vector<Part> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }
  [[nodiscard]] std::vector<Part>& parts() noexcept { return parts_; }

  /// `FlyV1 fm2_…,fm2_…`, permission tokens (those for `location`) first, each group in its order; parts that are no
  /// macaroons are left out.
  [[nodiscard]] std::string header(std::string_view location) const;

 private:
  std::vector<Part> parts_;
};

/// The location of the service that a bundle is for: that of its first macaroon that answers no third-party caveat of
/// another one, as far as can be told without keys; "" if it has no macaroon.
[[nodiscard]] std::string_view service_location(const Bundle& bundle);

/// Whether a part answers a third-party caveat of one of the bundle's tokens for `location`. Nothing is verified.
[[nodiscard]] bool is_discharge_in(const Bundle& bundle, std::size_t part, std::string_view location);

}  // namespace libtoken
