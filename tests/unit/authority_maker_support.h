#pragma once

#include "authority_judge_support.h"
#include "libtoken/bundle.h"

namespace authority_test {

/// Tokens that make others.
struct MakerFixture : JudgeFixture {
  Result<Maker> try_maker(const std::string& header) {
    const auto snapshot = value_of(Snapshot::load(store));
    VerifierScratch scratch;
    const auto verified = Verifier(kDefaultLocation, *snapshot).verify(header, scratch);
    if (verified.tokens.empty()) throw std::runtime_error("the maker does not verify");
    return maker_of(verified.tokens[0]);
  }
  Maker maker(const std::string& header) { return value_of(try_maker(header)); }

  /// A narrowed copy.
  static std::string narrowed(const std::string& header, const CaveatSet& caveats) {
    Macaroon copy = value_of(Bundle::parse(header)).parts().front()->clone();
    if (!copy.attenuate(caveats)) throw std::runtime_error("cannot be narrowed");
    return "FlyV1 " + copy.text();
  }
  MintRequest asked(const std::string& with, Profile profile = Profile::kOrg, std::optional<std::string> app = {}) {
    MintRequest request;
    request.profile = profile;
    request.org = std::string("arcadia-prod");
    if (app) request.app = *app;
    request.maker = maker(with);
    return request;
  }
  Actor actor_of(const Maker& maker) { return {maker.id, "ann@example.com", "", "127.0.0.1"}; }
  Minted mint_with(const MintRequest& request) {
    return value_of(mint(store, request, actor_of(*request.maker), kNow));
  }
};

}  // namespace authority_test
