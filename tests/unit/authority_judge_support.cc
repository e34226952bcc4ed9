#include "authority_judge_support.h"

namespace authority_test {

std::string JudgeFixture::minted(Profile profile, const std::string& org, const std::optional<std::string>& app,
                                 Role role) {
  MintRequest request;
  request.profile = profile;
  request.org = org;
  if (app) request.app = *app;
  request.role = role;
  request.not_after_unix_s = kNow + 2 * kDay;
  return value_of(mint(store, request, kAnn, kNow)).header;
}

std::string JudgeFixture::crafted(std::uint64_t key_of, const CaveatSet& caveats, const std::string& location) {
  const auto key = value_of(active_key(store, key_of));
  return "FlyV1 " + value_of(Macaroon::mint(key.kid, location, key.root.key, caveats)).text();
}

Decision JudgeFixture::ask(std::string_view token, const std::string& action, ResourceRef org, ResourceRef app,
                           std::int64_t now, Access rest) {
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

std::vector<std::string> codes(const Decision& decision) {
  std::vector<std::string> codes;
  for (const auto& reason : decision.reasons) codes.push_back(to_string(reason.code));
  return codes;
}

}  // namespace authority_test
