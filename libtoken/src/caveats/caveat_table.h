#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libtoken/caveat.h"

namespace libtoken {

/// The kinds of caveat that rules of the format tell apart.
enum class CaveatKind : std::uint8_t {
  kResource,     ///< can be `unspecified` in a valid access: the resource sets, Mutations and Commands (FORMAT.md §7)
  kRestriction,  ///< never `unspecified` there
  kAttestation,  ///< states a fact
  kStructure,    ///< checked by verification, not by clearing
};

struct CaveatRow {
  CaveatType type;
  std::string_view name;  ///< in JSON (FORMAT.md §9)
  CaveatKind kind;
};

/// Null for an unknown type.
[[nodiscard]] const CaveatRow* find_row(CaveatType type) noexcept;
/// By its name in JSON, older names too (FORMAT.md §9).
[[nodiscard]] const CaveatRow* find_row(std::string_view name) noexcept;

}  // namespace libtoken
