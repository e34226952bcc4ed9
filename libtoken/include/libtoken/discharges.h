#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/json.h"

// What a bundle's discharges say of themselves: their locations and tickets are looked at, their signatures are not.
namespace libtoken {

/// How far a discharge is tied to the token whose caveat it answers.
enum class Binding : std::uint8_t {
  kNone,        ///< good with every token that has the ticket
  kAsItStands,  ///< to this token as it stands
  kOther,       ///< to an earlier form of this token, or to another one: only its key could tell
};
/// "none", "as_it_stands", "other".
[[nodiscard]] const char* to_string(Binding binding) noexcept;

/// One answer to a third-party caveat.
struct DischargeView {
  std::size_t part = 0;  ///< among Bundle::parts()
  const Macaroon* macaroon = nullptr;
  Binding binding = Binding::kNone;
};

/// The bundle's discharges for a caveat of one of its tokens: location and ticket agree.
[[nodiscard]] std::vector<DischargeView> discharges_for(const ThirdParty& caveat, const Macaroon& token,
                                                        const Bundle& bundle);

/// When a discharge that answers a token's caveat is over, and with it the token.
struct EarlierEnd {
  std::int64_t unix_s = 0;
  std::string location;  ///< whose discharge; unescaped
};

/// The end of a token's discharges that are here, if it is before the token's own. Where several answer one caveat, the
/// last of them counts.
[[nodiscard]] std::optional<EarlierEnd> earlier_end(const Macaroon& token, const Bundle& bundle);

/// `[{"part", "binding", "not_after"}]`
[[nodiscard]] Json discharges_json(const std::vector<DischargeView>& discharges);

}  // namespace libtoken
