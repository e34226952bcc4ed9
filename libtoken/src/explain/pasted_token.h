#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/pasted.h"

namespace libtoken {

/// A token that was found in a text.
struct FoundToken {
  enum class State : std::uint8_t {
    kWhole,  ///< it decodes as a macaroon
    kCut,    ///< its end is missing
    kBad,    ///< neither
    kOld     ///< `fo1_…`, which is no macaroon
  };

  std::size_t begin = 0;  ///< of its label, in the text
  std::size_t end = 0;
  State state = State::kBad;
  std::string part;  ///< `fm2_…` as Bundle::parse() takes it
  std::uint64_t missing_bytes = 0;
  std::size_t white_space = 0;  ///< characters of it inside
  bool space_for_plus = false;
  bool base64_url = false;
  bool lost_padding = false;
};

/// Where the next label (`fm2_`, `fm1r_`, `fm1a_`, `fo1_`) begins; npos if there is none.
[[nodiscard]] std::size_t find_label(std::string_view text, std::size_t from) noexcept;

/// The length of a scheme (`FlyV1 `, `Bearer+`) at the end of a text, with the white space after it; 0 if there is
/// none.
[[nodiscard]] std::size_t scheme_at_end(std::string_view text) noexcept;

/// Reads the token whose label begins at `begin`, over the white space in it.
[[nodiscard]] FoundToken read_token_at(std::string_view text, std::size_t begin);

}  // namespace libtoken
