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

/// The address of the store: `--store`, else TOKENCTL_STORE, else the default.
[[nodiscard]] libtoken::authority::StoreAddress store_address(const Globals& globals);

/// Opens the store for a command that needs it.
[[nodiscard]] Outcome<libtoken::authority::Store> open_store(const Globals& globals);

/// Reads the registry for a command that also works without it. If the store cannot be opened, that is a failure with
/// `--store`, a remark and null with TOKENCTL_STORE, and null with the default store.
[[nodiscard]] Outcome<std::shared_ptr<const libtoken::authority::Snapshot>> open_registry(const Globals& globals);

/// The registry if a token with this location is of its service, else null: ids of another service mean other things.
[[nodiscard]] const libtoken::authority::Snapshot* registry_of(const libtoken::authority::Snapshot* registry,
                                                               std::string_view location);

/// The kUsage failure of a name that cannot be looked up because there is no registry.
[[nodiscard]] tl::unexpected<Failure> name_without_registry(const std::string& name);

/// The id of an org or an app, looked up if it is a name. Failures: kUsage (not a name or id; a name, and `registry` is
/// null), kRefused (the registry does not have the name).
[[nodiscard]] Outcome<std::uint64_t> org_id(const std::string& text, const libtoken::authority::Snapshot* registry);
[[nodiscard]] Outcome<std::uint64_t> app_id(const std::string& text, const libtoken::authority::Snapshot* registry);

}  // namespace tokenctl
