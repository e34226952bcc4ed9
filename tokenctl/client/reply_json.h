#pragma once

#include <optional>
#include <string>

#include "libtoken/json.h"

namespace tokenctl {

/// The JSON object in a daemon's reply. Unlike libtoken::parse_json() it allows null, which replies have where there is
/// no value, and takes the last of repeated members. Nothing: it is not a JSON object, or more than 32 levels deep.
[[nodiscard]] std::optional<libtoken::Json> parse_reply(const std::string& body);

}  // namespace tokenctl
