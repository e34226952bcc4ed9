#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libtoken/access.h"
#include "libtoken/caveat_set.h"

namespace property_test {

/// A caveat in plain values. It is encoded from them, and FORMAT.md §7 is applied to them without decoding anything
/// (rules.h). Each type uses the fields that its body in §7 needs and leaves the others alone.
struct PlainCaveat {
  libtoken::CaveatType type{};
  libtoken::CaveatSet::Names names{};  ///< the resource sets of names
  libtoken::CaveatSet::Ids ids{};      ///< Apps
  libtoken::ActionMask mask{};         ///< Organization, Action; IfPresent: the else mask
  std::uint64_t number = 0;            ///< the id, role mask or number of seconds
  std::int64_t not_before_unix_s = 0;
  std::int64_t not_after_unix_s = 0;
  /// Mutations; one for FromMachineSource and ConfineGoogleHD; three for FlySrc: organization, app, instance.
  std::vector<std::string> texts{};
  std::vector<libtoken::CaveatSet::Command> commands{};
  std::vector<PlainCaveat> inner{};  ///< IfPresent
};

using PlainCaveats = std::vector<PlainCaveat>;

/// A type that FORMAT.md does not define.
inline constexpr libtoken::CaveatType kUnknownType{200};

/// The caveats as a token holds them, in order.
[[nodiscard]] libtoken::CaveatSet encoded(const PlainCaveats& caveats);

/// Both as text, for a counterexample.
[[nodiscard]] std::string shown(const PlainCaveats& caveats, const libtoken::Access& access);

/// Both lists, one after the other.
[[nodiscard]] PlainCaveats joined(PlainCaveats first, const PlainCaveats& second);

}  // namespace property_test
