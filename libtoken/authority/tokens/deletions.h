#pragma once

#include <cstddef>
#include <cstdint>

#include "authority/audit/actor.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"

// Deleting orgs and apps, which ends their tokens.
namespace libtoken::authority {

/// Takes an org away with its apps, its keys and what the registry knows of its tokens, every one of which is revoked. Its
/// id is never given again; its name is free. The audit keeps its entries. `expected_live`: how many tokens the one who
/// agreed to this was told of; if there are more now, kConflict. Errors: kNotFound, kConflict.
[[nodiscard]] Result<Org> delete_org(Store& store, const NameOrId& org, std::size_t expected_live, const Actor& actor,
                                     std::int64_t now_unix_s);

/// Takes an app away and revokes the tokens that were made for it. Otherwise as delete_org(); the registry keeps the tokens.
[[nodiscard]] Result<App> delete_app(Store& store, const NameOrId& app, std::size_t expected_live, const Actor& actor,
                                     std::int64_t now_unix_s);

}  // namespace libtoken::authority
