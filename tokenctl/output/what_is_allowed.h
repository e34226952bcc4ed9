#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libtoken/bundle.h"
#include "libtoken/inspect.h"

namespace tokenctl {

/// The tokens of a bundle that are for the service at `location`, without its discharges, and what each of them allows.
/// Borrows the bundle. `names` may be null.
[[nodiscard]] std::vector<libtoken::InspectedToken> allowed_by(const libtoken::Bundle& bundle,
                                                               std::string_view location,
                                                               const libtoken::NameSource* names);

/// Says on stderr what each token allows. Where there are several, each is named: "copy 1", or what `noun` is.
void remark_on_each(const std::vector<libtoken::InspectedToken>& tokens, std::string_view noun);

/// Says on stderr until when they are valid, each for itself if they end at different times, and whether all of them
/// are of no use any more.
void remark_on_ends(const std::vector<libtoken::InspectedToken>& tokens, std::int64_t now_unix_s);

}  // namespace tokenctl
