#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authority_support.h"

namespace authority_test {

inline constexpr std::int64_t kDay = 24 * 60 * 60;

struct JudgeFixture : ExampleStore {
  std::string minted(Profile profile, const std::string& org, const std::optional<std::string>& app = std::nullopt,
                     Role role = Role::kAdmin);

  /// A token signed with an org's own key, with any caveats: what somebody who stole that key could make.
  std::string crafted(std::uint64_t key_of, const CaveatSet& caveats, const std::string& location = kDefaultLocation);

  /// The answer to a question, by a fresh judge. Every question that comes out denied says why.
  Decision ask(std::string_view token, const std::string& action, ResourceRef org, ResourceRef app = {},
               std::int64_t now = kNow, Access rest = {});
};

std::vector<std::string> codes(const Decision& decision);

using Codes = std::vector<std::string>;

}  // namespace authority_test
