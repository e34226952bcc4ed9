#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "authority/judge/snapshot.h"
#include "authority/store/store.h"
#include "command_line/globals.h"
#include "output/outcome.h"

namespace tokenctl {

/// Where the store is: `--store`, else TOKENCTL_STORE, else the default.
[[nodiscard]] libtoken::authority::StoreAddress store_address(const Globals& globals);

/// The store, for a command that cannot do without.
[[nodiscard]] Outcome<libtoken::authority::Store> open_store(const Globals& globals);

/// The registry, for a command that can do without: null where no store is at hand. Only with `--store` is a store that
/// does not open a failure; one that TOKENCTL_STORE names gets a remark, and the default nothing.
[[nodiscard]] Outcome<std::shared_ptr<const libtoken::authority::Snapshot>> open_registry(const Globals& globals);

/// The registry if it is that of the service a token is for, else null: elsewhere the same ids mean other things.
[[nodiscard]] const libtoken::authority::Snapshot* registry_of(const libtoken::authority::Snapshot* registry,
                                                               std::string_view location);

/// The id of an org or an app, looked up if it is a name. A name without a registry (null) is a usage failure, one that
/// the registry does not have a refusal.
[[nodiscard]] tl::unexpected<Failure> name_without_registry(const std::string& name);
[[nodiscard]] Outcome<std::uint64_t> org_id(const std::string& text, const libtoken::authority::Snapshot* registry);
[[nodiscard]] Outcome<std::uint64_t> app_id(const std::string& text, const libtoken::authority::Snapshot* registry);

}  // namespace tokenctl
