#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authority_support.h"

namespace authority_test {

inline constexpr std::int64_t kDay = 24 * 60 * 60;

struct JudgeFixture : ExampleStore {
  std::string minted(Profile profile, const std::string& org, const std::optional<std::string>& app = std::nullopt,
                     Role role = Role::kAdmin) {
    MintRequest request;
    request.profile = profile;
    request.org = org;
    if (app) request.app = *app;
    request.role = role;
    request.not_after_unix_s = kNow + 2 * kDay;
    return value_of(mint(store, request, kAnn, kNow)).header;
  }

  /// A token signed with an org's own key, with any caveats: what somebody who stole that key could make.
  std::string crafted(std::uint64_t key_of, const CaveatSet& caveats, const std::string& location = kDefaultLocation) {
    const auto key = value_of(active_key(store, key_of));
    return "FlyV1 " + value_of(Macaroon::mint(key.kid, location, key.root.key, caveats)).text();
  }

  /// The answer to a question, by a fresh judge. Every question that comes out denied says why.
  Decision ask(std::string_view token, const std::string& action, ResourceRef org, ResourceRef app = {},
               std::int64_t now = kNow, Access rest = {}) {
    const Judge judge(value_of(Snapshot::load(store)));
    rest.action = value_of(parse_action(action));
    VerifierScratch scratch;
    auto decision = value_of(judge.decide({token, org, app, rest}, now, scratch));
    CHECK(decision.allowed == decision.reasons.empty());
    for (const auto& reason : decision.reasons) {
      INFO(reason.message);
      CHECK(reason.message.size() > 10);
      CHECK(reason.message.back() == '.');
      CHECK(reason.message.find("..") == std::string::npos);
    }
    return decision;
  }
};

inline std::vector<std::string> codes(const Decision& decision) {
  std::vector<std::string> codes;
  for (const auto& reason : decision.reasons) codes.push_back(to_string(reason.code));
  return codes;
}

using Codes = std::vector<std::string>;

}  // namespace authority_test
