#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "discharges.h"
#include "libtoken/bundle.h"
#include "libtoken/explain.h"
#include "output.h"

namespace tokenctl {

/// A third party whose discharge a token needs.
struct Need {
  std::string location;  ///< escaped
  libtoken::ByteView ticket;
  std::vector<DischargeView> discharges;  ///< those here for this very ticket; that they are any good was not checked
};

/// What there is to say of one token of a bundle. Borrows the token.
struct InspectedToken {
  const libtoken::Macaroon* macaroon = nullptr;
  libtoken::Explanation explanation;
  std::vector<Need> needs;
  std::optional<EarlierEnd> earlier_end;  ///< that of a discharge, where it comes before the token's own
  bool is_discharge = false;  ///< it answers a third-party caveat of another token of the bundle
};

/// A part of a bundle: a token, or why it is none.
using InspectedPart = std::variant<InspectedToken, libtoken::Error>;

/// For people.
[[nodiscard]] std::string inspect_text(const std::vector<InspectedPart>& parts, std::int64_t now_unix_s);

/// For programs: `{"tokens": […], "signature_checked": false}`.
[[nodiscard]] nlohmann::json inspect_json(const std::vector<InspectedPart>& parts);

}  // namespace tokenctl
