#include "libtoken/access.h"
#include "libtoken/caveat_set.h"
#include "libtoken/keys.h"
#include "libtoken/macaroon.h"
#include "libtoken/times.h"
#include "support/catch.h"
#include "world.h"

using namespace libtoken;
using nlohmann::json;

namespace {

Service& service() {
  static Service one;
  return one;
}

std::string decide(const std::string& token, const json& access) {
  return outcome(ask(service().daemon, token, access));
}

json reason(const std::string& token, const json& access) {
  const json answer = ask(service().daemon, token, access);
  return answer.at("reasons").at(0);
}

const json kReadProd{{"org", "arcadia-prod"}, {"action", "r"}};
const json kWriteProd{{"org", "arcadia-prod"}, {"action", "w"}};

}  // namespace

TEST_CASE("a read-only token reads and does not write", "[decisions]") {
  const std::string token = service().world.mint(Profile::kReadonly, "arcadia-prod");
  const json allowed = ask(service().daemon, token, kReadProd);
  CHECK(allowed.at("allowed") == true);
  CHECK_FALSE(allowed.contains("reasons"));
  CHECK(allowed.at("token").at("org") == json{{"id", service().world.prod.id}, {"name", "arcadia-prod"}});
  CHECK(allowed.at("token").at("profile") == "readonly");
  CHECK(allowed.at("token").at("id").get<std::string>().size() == 36);
  CHECK(allowed.at("token").at("expires").get<std::string>().size() == std::string("2026-01-01T00:00:00Z").size());

  const json refused = ask(service().daemon, token, kWriteProd);
  CHECK(refused.at("allowed") == false);
  CHECK(refused.at("token") == allowed.at("token"));
  const json& why = refused.at("reasons").at(0);
  CHECK(why.at("code") == "caveat");
  CHECK(why.at("caveat") == json{{"index", 1}, {"type", "Organization"}, {"verdict", "action"}});
  CHECK(why.at("part") == 0);
  CHECK_FALSE(why.at("message").get<std::string>().empty());
}

TEST_CASE("a deploy token does what deploying needs", "[decisions]") {
  World& world = service().world;
  const std::string token = world.mint(Profile::kDeploy, "arcadia-prod", "arcadia-prod-api");
  CHECK(decide(token, {{"org", "arcadia-prod"}, {"app", "arcadia-prod-api"}, {"action", "w"}}) == "allowed");
  CHECK(decide(token, {{"app", "arcadia-prod-api"}, {"action", "rwcdC"}}) == "allowed");
  CHECK(decide(token, {{"org", world.prod.id}, {"app", world.prod_api.id}, {"action", "w"}}) == "allowed");
  CHECK(decide(token, {{"org", "arcadia-prod"}, {"feature", "wg"}, {"action", "w"}}) == "allowed");
  CHECK(decide(token, {{"org", "arcadia-prod"}, {"action", "d"}}) == "caveat");
  CHECK(decide(token, {{"app", "arcadia-dev-api"}, {"action", "w"}}) == "wrong_org");
}

TEST_CASE("a token without an end says so", "[decisions]") {
  const std::string token = service().world.mint(Profile::kOrg, "arcadia-dev", std::nullopt, std::nullopt);
  const json answer = ask(service().daemon, token, {{"org", "arcadia-dev"}, {"action", "*"}});
  CHECK(answer.at("token").at("expires").is_null());
  CHECK(answer.at("token").at("profile") == "org");
}

TEST_CASE("half a token is called truncated, and no token malformed", "[decisions]") {
  const std::string token = service().world.mint(Profile::kReadonly, "arcadia-prod");
  const std::size_t prefix = std::string("FlyV1 fm2_").size();
  CHECK(decide(token.substr(0, prefix + 41), kReadProd) == "truncated");  // in the middle of base64
  CHECK(decide(token.substr(0, prefix + 40), kReadProd) == "truncated");  // good base64, half a macaroon
  for (const char* bad : {"nonsense", "FlyV1 ", "FlyV1 fm2_", "FlyV1 fm3_AAAA", "FlyV1 fm2_AAAA", "Basic dXNlcg=="}) {
    INFO(bad);
    CHECK(decide(bad, kReadProd) == "malformed");
  }
}

TEST_CASE("what surrounds a token is named, and half a token is truncated inside it, too", "[decisions]") {
  const std::string token = service().world.mint(Profile::kReadonly, "arcadia-prod");
  const auto reason = [&](const std::string& header) {
    const json answer = ask(service().daemon, header, kReadProd);
    CHECK(answer.at("allowed") == false);
    const json& first = answer.at("reasons").at(0);
    CHECK(first.at("message").get<std::string>().find(token.substr(12, 8)) == std::string::npos);
    return first.at("code").get<std::string>() + ": " + first.at("message").get<std::string>();
  };
  const std::string exactly = ": give it exactly as it was made.";
  CHECK(reason("\"" + token + "\"") == "malformed: This is a token in quotes" + exactly);
  CHECK(reason("Authorization: " + token) == "malformed: This is a token behind the header's name" + exactly);
  CHECK(reason("FLY_API_TOKEN=" + token) == "malformed: This is a token behind a variable's name" + exactly);
  CHECK(reason(token + ", " + token) == "malformed: This is the same token 2 times: give it once.");
  CHECK(reason(token + "\n" + service().world.mint(Profile::kReadonly, "arcadia-dev"))
            .starts_with("malformed: These are 2 complete tokens: give one of them"));
  CHECK(reason("\"" + token.substr(0, 60)).starts_with("truncated: This is half a token in quotes: at least "));
  CHECK(reason("Bearer ghp_0123456789abcdef") == "malformed: This is a GitHub token, and no fm2 token.");
  CHECK(reason("nonsense").starts_with("malformed: A token begins with fm2_"));
}

TEST_CASE("more parts than a header may have are too large", "[decisions]") {
  const std::string token = service().world.mint(Profile::kReadonly, "arcadia-prod");
  std::string many = token;
  for (int i = 0; i < 64; ++i) many += ",fm2_AAAA";
  CHECK(decide(many, kReadProd) == "too_large");
}

TEST_CASE("a changed token and one of an unknown key are told apart, whatever is asked", "[decisions]") {
  World& world = service().world;
  const std::string broken = with_broken_tail(world.mint(Profile::kReadonly, "arcadia-prod"));
  CaveatSet caveats;
  caveats.organization(world.prod.id, kAllActions);
  const Bytes kid(16, 7);
  const std::string foreign =
      "FlyV1 " + must(Macaroon::mint(kid, authority::kDefaultLocation, SigningKey::generate(), caveats)).text();
  const json one = ask(service().daemon, broken, kReadProd);
  CHECK(outcome(one) == "bad_signature");
  CHECK(one.at("token").is_null());
  const json other = ask(service().daemon, foreign, kReadProd);
  CHECK(outcome(other) == "unknown_key");
  CHECK(other.at("token").is_null());
  for (const json& access : {json{{"org", "nothing"}, {"action", "w"}}, json{{"app", "nothing"}, {"action", "r"}}}) {
    CHECK(ask(service().daemon, broken, access) == one);
    CHECK(ask(service().daemon, foreign, access) == other);
  }
}

TEST_CASE("a token made for another service is refused", "[decisions]") {
  CaveatSet caveats;
  caveats.organization(service().world.prod.id, kAllActions);
  const std::string token = service().world.forge("arcadia-prod", "https://elsewhere.example/v1", caveats);
  CHECK(decide(token, kReadProd) == "wrong_location");
}

TEST_CASE("an org's key makes no token of another org", "[decisions]") {
  World& world = service().world;
  CaveatSet of_prod;
  of_prod.organization(world.prod.id, kAllActions);
  CHECK(decide(world.forge("arcadia-prod", authority::kDefaultLocation, of_prod), kWriteProd) == "allowed");
  CHECK(decide(world.forge("arcadia-dev", authority::kDefaultLocation, of_prod), kWriteProd) == "wrong_org");

  CaveatSet of_every_org;
  of_every_org.organization(0, kAllActions);
  CHECK(decide(world.forge("arcadia-prod", authority::kDefaultLocation, of_every_org), kWriteProd) == "wrong_org");
  CHECK(decide(world.forge("arcadia-prod", authority::kDefaultLocation, CaveatSet()), kWriteProd) == "wrong_org");
  CaveatSet too_late;
  too_late.action(kAllActions).organization(world.prod.id, kAllActions);
  CHECK(decide(world.forge("arcadia-prod", authority::kDefaultLocation, too_late), kWriteProd) == "wrong_org");
}

TEST_CASE("an app belongs to one org", "[decisions]") {
  const std::string dev = service().world.mint(Profile::kOrg, "arcadia-dev");
  CHECK(decide(dev, {{"app", "arcadia-dev-api"}, {"action", "w"}}) == "allowed");
  CHECK(decide(dev, {{"org", "arcadia-dev"}, {"app", "arcadia-prod-api"}, {"action", "w"}}) == "app_not_in_org");
  CHECK(decide(dev, {{"app", "arcadia-prod-api"}, {"action", "w"}}) == "wrong_org");
  CHECK(decide(dev, {{"org", "arcadia-dev"}, {"app", service().world.prod_api.id}, {"action", "w"}}) ==
        "app_not_in_org");
  CHECK(decide(dev, kReadProd) == "wrong_org");
}

TEST_CASE("a name is never taken for an id, nor an id for a name", "[decisions]") {
  World& world = service().world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  CHECK(decide(token, {{"org", world.prod.id}, {"action", "r"}}) == "allowed");
  CHECK(decide(token, {{"org", std::to_string(world.prod.id)}, {"action", "r"}}) == "unknown_org");
  CHECK(decide(token, {{"app", std::to_string(world.prod_api.id)}, {"action", "r"}}) == "unknown_app");
}

TEST_CASE("unknown orgs and apps are told to those with a token of ours", "[decisions]") {
  const std::string token = service().world.mint(Profile::kOrg, "arcadia-prod");
  CHECK(decide(token, {{"org", "nobody"}, {"action", "r"}}) == "unknown_org");
  CHECK(decide(token, {{"org", 4711}, {"action", "r"}}) == "unknown_org");
  CHECK(decide(token, {{"org", "arcadia-prod"}, {"app", "nothing"}, {"action", "r"}}) == "unknown_app");
}

TEST_CASE("nobody without a token of ours learns of the registry", "[decisions]") {
  const std::string bad = with_broken_tail(service().world.mint(Profile::kOrg, "arcadia-prod"));
  const json accesses = json::array({kReadProd,
                                     {{"org", "nobody"}, {"action", "r"}},
                                     {{"org", "arcadia-prod"}, {"app", "nothing"}, {"action", "r"}},
                                     {{"org", "arcadia-dev"}, {"app", "arcadia-prod-api"}, {"action", "r"}},
                                     {{"org", 4711}, {"app", 4712}, {"action", "r"}}});
  const json first = ask(service().daemon, bad, accesses.at(0));
  for (const json& access : accesses) {
    INFO(access.dump());
    CHECK(ask(service().daemon, bad, access) == first);
    CHECK(outcome(ask(service().daemon, "nonsense", access)) == "malformed");
  }
}

TEST_CASE("a token that still needs a discharge is refused", "[decisions]") {
  CaveatSet third_party;
  const Bytes sealed(60, 1);
  third_party.third_party("https://login.example", sealed, sealed);
  const std::string token = narrowed(service().world.mint(Profile::kOrg, "arcadia-prod"), third_party);
  CHECK(decide(token, kReadProd) == "missing_discharge");
  CHECK(reason(token, kReadProd).at("message").get<std::string>().find("https://login.example") != std::string::npos);
}

TEST_CASE("an access that contradicts itself is no valid one", "[decisions]") {
  const std::string token = service().world.mint(Profile::kOrg, "arcadia-prod");
  CHECK(decide(token, {{"action", "r"}}) == "invalid_access");
  CHECK(decide(token, {{"org", "arcadia-prod"}, {"app", "arcadia-prod-api"}, {"feature", "wg"}, {"action", "r"}}) ==
        "invalid_access");
  CHECK(decide(token, {{"org", "arcadia-prod"}, {"machine", "m1"}, {"action", "r"}}) == "invalid_access");
}

TEST_CASE("an ended token says so", "[decisions]") {
  CaveatSet ended;
  ended.validity_window(0, service().world.now - 10);
  const std::string token = narrowed(service().world.mint(Profile::kOrg, "arcadia-prod"), ended);
  const json why = reason(token, kReadProd);
  CHECK(why.at("code") == "expired");
  CHECK(why.at("ended") == to_rfc3339(service().world.now - 10));
  CHECK(why.at("caveat").at("type") == "ValidityWindow");
  CHECK(why.at("caveat").at("verdict") == "unauthorized");
}

TEST_CASE("every field of an access reaches the caveat that is about it", "[decisions]") {
  World& world = service().world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  const auto with = [&](CaveatType type, const std::string& name) {
    CaveatSet caveats;
    caveats.names(type, {{name, kAllActions}});
    return narrowed(token, caveats);
  };
  const json app{{"app", "arcadia-prod-api"}, {"action", "r"}};
  const auto plus = [](json access, const char* field, const json& value) {
    access[field] = value;
    return access;
  };
  const json org_only = kReadProd;
  const json machine = plus(app, "machine", "m1");
  const struct {
    std::string token;
    json access;
    const char* field;
  } cases[] = {
      {with(CaveatType::kFeatureSet, "x"), org_only, "feature"},
      {with(CaveatType::kStorageObjects, "x"), org_only, "storage_object"},
      {with(CaveatType::kAppFeatureSet, "x"), app, "app_feature"},
      {with(CaveatType::kMachines, "x"), app, "machine"},
      {with(CaveatType::kVolumes, "x"), app, "volume"},
      {with(CaveatType::kMachineFeatureSet, "x"), machine, "machine_feature"},
      {with(CaveatType::kClusters, "x"), plus(org_only, "feature", "litefs-cloud"), "cluster"},
      {narrowed(token, CaveatSet().mutations({"x"})), org_only, "mutation"},
      {narrowed(token, CaveatSet().text(CaveatType::kFromMachineSource, "x")), org_only, "source_machine"},
      {narrowed(token, CaveatSet().flysrc("", "x", "")), org_only, "source_app"},
      {narrowed(token, CaveatSet().flysrc("x", "", "")), org_only, "source_organization"},
  };
  for (const auto& one : cases) {
    INFO(one.field);
    CHECK(decide(one.token, plus(one.access, one.field, "x")) == "allowed");
    CHECK(decide(one.token, plus(one.access, one.field, "other")) == "caveat");
    CHECK(decide(one.token, one.access) == "caveat");
  }
  const std::string commands = narrowed(token, CaveatSet().commands({{{"ls", "-l"}, true}}));
  CHECK(decide(commands, plus(machine, "command", {"ls", "-l"})) == "allowed");
  CHECK(decide(commands, plus(machine, "command", {"ls", "-la"})) == "caveat");
  CHECK(decide(commands, plus(machine, "command", json::array())) == "caveat");
}
