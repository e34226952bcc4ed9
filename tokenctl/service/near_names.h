#pragma once

#include <optional>

#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "output/outcome.h"

namespace tokenctl {

/// A library's error as a failure. If it is that the store does not have this org or this app, the names that are near
/// are in the message.
[[nodiscard]] tl::unexpected<Failure> fail_with_near_names(
    libtoken::authority::Store& store, const libtoken::Error& error,
    const std::optional<libtoken::authority::NameOrId>& org,
    const std::optional<libtoken::authority::NameOrId>& app = std::nullopt);

}  // namespace tokenctl
