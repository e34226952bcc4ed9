#pragma once

#include <cstddef>
#include <cstdint>

#include "authority/audit/actor.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"

// Deleting orgs and apps, which ends their tokens.
namespace libtoken::authority {

/// Deletes an org with its apps, its keys and the records of its tokens, and revokes these tokens and their
/// descendants. Its id is not given out again; its name is free. The audit keeps its entries. `expected_live`: how many
/// live tokens the person who agreed to the deletion was told of. Errors: kNotFound, kConflict (there are more live
/// tokens now; nothing is deleted).
[[nodiscard]] Result<Org> delete_org(Store& store, const NameOrId& org, std::size_t expected_live, const Actor& actor,
                                     std::int64_t now_unix_s);

/// Deletes an app, and revokes the tokens that were made for it and their descendants. Otherwise as delete_org(), but
/// the records of the tokens stay.
[[nodiscard]] Result<App> delete_app(Store& store, const NameOrId& app, std::size_t expected_live, const Actor& actor,
                                     std::int64_t now_unix_s);

}  // namespace libtoken::authority
