#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/registry/registry.h"
#include "authority/store/sql.h"

// The tables `orgs` and `apps`, for whoever is inside a transaction. All of these throw what SOCI throws; their Results
// carry what is wrong with the arguments, and kUnusableStore for a row that no program of ours writes.
namespace libtoken::authority {

/// Error: kNotFound.
[[nodiscard]] Result<Org> select_org(soci::session& sql, const NameOrId& org);
/// Error: kNotFound.
[[nodiscard]] Result<App> select_app(soci::session& sql, const NameOrId& app);

/// All orgs, in the order of their names.
[[nodiscard]] Result<std::vector<Org>> select_orgs(soci::session& sql);
/// The apps of one org, or of all orgs, in the order of their names.
[[nodiscard]] Result<std::vector<App>> select_apps(soci::session& sql, const std::optional<std::uint64_t>& org);

/// That a new name is a valid one (is_valid_name()). Error: kInvalidArgument.
[[nodiscard]] Result<void> check_name(const std::string& name);
/// The error kAlreadyExists for a name that another has; `kind` is "org" or "app".
[[nodiscard]] tl::unexpected<Error> name_taken(const char* kind, const std::string& name);

}  // namespace libtoken::authority
