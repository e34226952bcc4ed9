#pragma once

#include <cstdint>
#include <span>

#include "libtoken/access.h"
#include "libtoken/caveat.h"

namespace libtoken {

/// What a caveat says of an access (FORMAT.md §7). Only kOk clears.
enum class Verdict : std::uint8_t {
  kOk,
  kUnspecified,    ///< it speaks of a resource that the access does not name
  kResource,       ///< named, and not this one
  kAction,         ///< this one, and not this action
  kRole,           ///< for another role
  kUnauthorized,   ///< not now, or not from there
  kInvalidAccess,  ///< it cannot be judged under an access like this
  kBadCaveat,      ///< of a type we do not know, or contradicts itself
};

/// "ok", "unspecified", "resource", "action", "role", "unauthorized", "invalid_access", "bad_caveat".
[[nodiscard]] const char* to_string(Verdict verdict) noexcept;

/// Judges one caveat. The access should be valid (access.h). Attestations and IsUser are kOk.
[[nodiscard]] Verdict clear(const Caveat& caveat, const Access& access);

/// Every caveat clears. Says nothing of the access's own validity.
[[nodiscard]] bool all_clear(std::span<const Caveat* const> caveats, const Access& access);

}  // namespace libtoken
