#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libtoken/caveat.h"

namespace libtoken {

/// What kind of thing a caveat is, as far as rules about kinds go.
enum class CaveatKind : std::uint8_t {
  kResource,     ///< can be `unspecified` in a valid access: the resource sets, Mutations and Commands (FORMAT.md §7)
  kRestriction,  ///< never `unspecified` there
  kAttestation,  ///< states a fact
  kStructure,    ///< consumed by verifying
};

struct CaveatRow {
  CaveatType type;
  std::string_view name;  ///< in JSON (FORMAT.md §9)
  CaveatKind kind;
};

/// Null for a type we do not know.
[[nodiscard]] const CaveatRow* find_row(CaveatType type) noexcept;
/// By its name in JSON, older names too (FORMAT.md §9).
[[nodiscard]] const CaveatRow* find_row(std::string_view name) noexcept;

}  // namespace libtoken
