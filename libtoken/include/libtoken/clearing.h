#pragma once

#include <cstdint>
#include <span>

#include "libtoken/access.h"
#include "libtoken/caveat.h"

namespace libtoken {

/// What a caveat says of an access (FORMAT.md §7). Only kOk clears.
enum class Verdict : std::uint8_t {
  kOk,
  kUnspecified,    ///< it restricts a resource that the access does not name
  kResource,       ///< the access names another resource
  kAction,         ///< the resource is allowed, the action on it is not
  kRole,           ///< the access needs another role
  kUnauthorized,   ///< outside its time window, or from another source
  kInvalidAccess,  ///< it cannot be judged for this access
  kBadCaveat,      ///< of an unknown type, or it contradicts itself
};

/// "ok", "unspecified", "resource", "action", "role", "unauthorized", "invalid_access", "bad_caveat".
[[nodiscard]] const char* to_string(Verdict verdict) noexcept;

/// Judges one caveat. The access should be valid (access.h). Attestations and IsUser are kOk.
[[nodiscard]] Verdict clear(const Caveat& caveat, const Access& access);

/// Every caveat clears. Does not check that the access is valid.
[[nodiscard]] bool all_clear(std::span<const Caveat* const> caveats, const Access& access);

}  // namespace libtoken
