#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "authority/registry/registry.h"

// Orgs and apps as tokend answers them and tokenctl --json shows them (tokend/README.md).
namespace libtoken::authority {

/// Whether what belongs to an org says to which one. What is known to be of one org does not.
enum class ShowOrg : bool { kNo, kYes };

/// `{"id":…,"name":…}`, the short form in which an org or an app stands beside something else.
[[nodiscard]] nlohmann::ordered_json id_and_name(std::uint64_t id, std::string_view name);

/// `{"id","name","created"}`
[[nodiscard]] nlohmann::ordered_json to_json(const Org& org);
/// `{"id","name","org","created"}`, the org by its id.
[[nodiscard]] nlohmann::ordered_json to_json(const App& app);

/// `{"orgs":[…]}`, and back. Error: kMalformed.
[[nodiscard]] nlohmann::ordered_json orgs_to_json(const std::vector<Org>& orgs);
[[nodiscard]] Result<std::vector<Org>> orgs_from_json(const nlohmann::json& reply);

/// `{"apps":[…]}`, and back. Error: kMalformed.
[[nodiscard]] nlohmann::ordered_json apps_to_json(const std::vector<App>& apps);
[[nodiscard]] Result<std::vector<App>> apps_from_json(const nlohmann::json& reply);

}  // namespace libtoken::authority
