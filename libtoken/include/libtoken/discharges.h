#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/json.h"

// The discharges of a bundle, unverified: their locations and tickets are compared, their signatures are not checked.
namespace libtoken {

/// How far a discharge is tied to the token whose caveat it answers.
enum class Binding : std::uint8_t {
  kNone,        ///< not bound: it works with every token that has the ticket
  kAsItStands,  ///< bound to this token in its present form
  kOther,       ///< bound to an earlier form of this token or to another token; only the key could tell which
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

/// When a discharge that a token depends on ends, and the token with it.
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
