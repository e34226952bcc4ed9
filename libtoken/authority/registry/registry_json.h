#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "authority/registry/registry.h"
#include "libtoken/json.h"

// Orgs and apps as tokend answers them and tokenctl --json shows them (tokend/README.md).
namespace libtoken::authority {

/// Whether what belongs to an org says to which one. What is known to be of one org does not.
enum class ShowOrg : bool { kNo, kYes };

/// A time as RFC 3339. One outside the years 0 to 9999, which a token can have for its end, comes out as the first or
/// the last second of them.
[[nodiscard]] std::string time_to_json(std::int64_t unix_s);

/// `{"id":…,"name":…}`, the short form in which an org or an app stands beside something else.
[[nodiscard]] OrderedJson id_and_name(std::uint64_t id, std::string_view name);

/// `{"id","name","created"}`
[[nodiscard]] OrderedJson to_json(const Org& org);
/// `{"id","name","org","created"}`, the org by its id.
[[nodiscard]] OrderedJson to_json(const App& app);

/// `{"orgs":[…]}`, and back. Error: kMalformed.
[[nodiscard]] OrderedJson orgs_to_json(const std::vector<Org>& orgs);
[[nodiscard]] Result<std::vector<Org>> orgs_from_json(const Json& reply);

/// `{"apps":[…]}`, and back. Error: kMalformed.
[[nodiscard]] OrderedJson apps_to_json(const std::vector<App>& apps);
[[nodiscard]] Result<std::vector<App>> apps_from_json(const Json& reply);

}  // namespace libtoken::authority
