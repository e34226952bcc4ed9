#pragma once

#include <cstdint>
#include "libtoken/json.h"
#include <string_view>
#include <vector>

#include "authority/registry/registry.h"

// Orgs and apps as tokend answers them and tokenctl --json shows them (tokend/README.md).
namespace libtoken::authority {

/// Whether what belongs to an org says to which one. What is known to be of one org does not.
enum class ShowOrg : bool { kNo, kYes };

/// `{"id":…,"name":…}`, the short form in which an org or an app stands beside something else.
[[nodiscard]] libtoken::OrderedJson id_and_name(std::uint64_t id, std::string_view name);

/// `{"id","name","created"}`
[[nodiscard]] libtoken::OrderedJson to_json(const Org& org);
/// `{"id","name","org","created"}`, the org by its id.
[[nodiscard]] libtoken::OrderedJson to_json(const App& app);

/// `{"orgs":[…]}`, and back. Error: kMalformed.
[[nodiscard]] libtoken::OrderedJson orgs_to_json(const std::vector<Org>& orgs);
[[nodiscard]] Result<std::vector<Org>> orgs_from_json(const libtoken::Json& reply);

/// `{"apps":[…]}`, and back. Error: kMalformed.
[[nodiscard]] libtoken::OrderedJson apps_to_json(const std::vector<App>& apps);
[[nodiscard]] Result<std::vector<App>> apps_from_json(const libtoken::Json& reply);

}  // namespace libtoken::authority
