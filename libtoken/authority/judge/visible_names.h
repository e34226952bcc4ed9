#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "authority/judge/snapshot.h"
#include "libtoken/explain.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// The names that the holder of a token may see: that of its org, and those of the org's apps for which it allows
/// something. A holder can write any id into a caveat, and must not learn by that what it is called.
class VisibleNames final : public NameSource {
 public:
  /// Both are borrowed.
  VisibleNames(const Snapshot& snapshot, const VerifiedToken& token) noexcept : snapshot_(snapshot), token_(token) {}

  [[nodiscard]] std::optional<std::string> org_name(std::uint64_t id) const override;
  [[nodiscard]] std::optional<std::string> app_name(std::uint64_t id) const override;

 private:
  const Snapshot& snapshot_;
  const VerifiedToken& token_;
};

}  // namespace libtoken::authority
