#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "output/outcome.h"
#include "service/service.h"

namespace tokenctl {

/// A library's error as a failure. If it is that the store does not have this org or this app, the names that are near
/// are in the message.
[[nodiscard]] tl::unexpected<Failure> fail_with_near_names(
    libtoken::authority::Store& store, const libtoken::Error& error,
    const std::optional<libtoken::authority::NameOrId>& org,
    const std::optional<libtoken::authority::NameOrId>& app = std::nullopt);

/// Whether one of two texts that people wrote could be taken for the other, though they differ.
[[nodiscard]] bool is_near(const std::string& text, const std::string& other);

/// The login names, of those who made the newest tokens, that are near the filter's `made_by`; none if that is an id.
/// Failures are ignored, because these are only hints.
[[nodiscard]] std::vector<std::string> near_makers(Service& service, const libtoken::authority::TokenFilter& filter);

}  // namespace tokenctl
