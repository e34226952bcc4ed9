#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "authority/registry/registry.h"
#include "output/outcome.h"

namespace tokenctl {

// Names and ids of orgs and apps. Every failure is kUsage.

/// An org or an app: its name or its id.
[[nodiscard]] Outcome<libtoken::authority::NameOrId> parse_org_or_app(const std::string& text);

/// The same for a flag that may be left out.
[[nodiscard]] Outcome<std::optional<libtoken::authority::NameOrId>> parse_optional(
    const std::optional<std::string>& text);

/// The value of `--id`, if it was given.
[[nodiscard]] Outcome<std::optional<std::uint64_t>> parse_new_id(const std::optional<std::string>& text);

}  // namespace tokenctl
