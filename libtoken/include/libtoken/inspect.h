#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/discharges.h"
#include "libtoken/explain.h"
#include "libtoken/json.h"

namespace libtoken {

/// A third party whose discharge a token needs.
struct Need {
  std::string location;  ///< escaped
  ByteView ticket;
  std::vector<DischargeView> discharges;  ///< those of the bundle that have this ticket; not verified
};

/// A description of one token of a bundle. Borrows the token.
struct InspectedToken {
  const Macaroon* macaroon = nullptr;
  Explanation explanation;
  std::vector<Need> needs;
  std::optional<EarlierEnd> earlier_end;  ///< that of a discharge, where it comes before the token's own
  bool is_discharge = false;              ///< it answers a third-party caveat of another token of the bundle
};

/// A part of a bundle: a token, or why it cannot be decoded.
using InspectedPart = std::variant<InspectedToken, Error>;

/// `names` may be null: then ids are shown. They should be of the service that the token is for: elsewhere the same ids
/// mean other things.
[[nodiscard]] InspectedToken inspect(const Macaroon& token, const Bundle& bundle, const NameSource* names);

/// One part as JSON, unverified.
[[nodiscard]] Json inspect_json(const InspectedPart& part);
/// `{"tokens": […], "signature_checked": false}`.
[[nodiscard]] Json inspect_json(const std::vector<InspectedPart>& parts);

}  // namespace libtoken
