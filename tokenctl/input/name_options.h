#pragma once

#include <optional>
#include <string>

#include "authority/registry/registry.h"
#include "output/output.h"

namespace tokenctl {

/// The value of an `--org` or `--app`, if there is one.
[[nodiscard]] Outcome<std::optional<libtoken::authority::NameOrId>> parse_optional(
    const std::optional<std::string>& text);

}  // namespace tokenctl
