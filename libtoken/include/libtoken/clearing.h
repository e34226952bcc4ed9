#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// Why a token's time is not now.
struct TimeFault {
  enum class Kind : std::uint8_t { kEnded, kNotBegun };
  Kind kind{};
  std::int64_t unix_s = 0;  ///< the last second at which it was good, or the first at which it will be
  std::size_t caveat = 0;   ///< the index of the caveat that says so
};

/// Whether the time alone keeps these caveats, all of a token and its discharges, from clearing: at another time they
/// would clear this access. All windows count, also those inside IfPresent. Nothing: they clear, or something else is
/// in the way too, or no time would do.
[[nodiscard]] std::optional<TimeFault> find_time_fault(std::span<const Caveat* const> caveats, const Access& access);
/// The same for their windows alone, whatever is asked.
[[nodiscard]] std::optional<TimeFault> find_time_fault(std::span<const Caveat* const> caveats, std::int64_t now_unix_s);

}  // namespace libtoken
