// What members and admins may do, as their tokens have it.
#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

struct Deed {
  const char* what;
  json access;
  bool member;
};

std::vector<Deed> deeds() {
  const json org{{"org", "arcadia-dev"}};
  const json app{{"app", "arcadia-dev-api"}};
  const auto with = [](json access, const char* action, const char* feature = nullptr) {
    access["action"] = action;
    if (feature != nullptr) access["feature"] = feature;
    return access;
  };
  return {
      {"make an app", with(org, "c"), true},
      {"deploy an app", with(app, "w"), true},
      {"restart an app", with(app, "C"), true},
      {"delete an app", with(app, "d"), true},
      {"see an app", with(app, "r"), true},
      {"build", with(org, "c", "builder"), true},
      {"manage network peers", with(org, "rwcdC", "wg"), true},
      {"invite a user", with(org, "c", "membership"), false},
      {"change a user's role", with(org, "w", "membership"), false},
      {"remove a user", with(org, "d", "membership"), false},
      {"see billing", with(org, "r", "billing"), false},
      {"manage billing", with(org, "w", "billing"), false},
      {"delete the org", with(org, "d", "deletion"), false},
      {"read the member list", with(org, "r", "membership"), true},
  };
}

}  // namespace

TEST_CASE("what the two roles may do", "[roles]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string root = world.mint(Profile::kOrg, "arcadia-dev");
  const auto over_http = [&](const char* role) {
    const Told told = tell(daemon, root, "POST", "/v1/tokens", {{"profile", "org"}, {"role", role}});
    REQUIRE(told.status == 201);
    return told.body.at("token").get<std::string>();
  };
  const std::string member = make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "", Role::kMember).header;
  const std::string admin = make(world, Profile::kOrg, "arcadia-dev").header;
  const std::string minted_member = over_http("member");
  const std::string minted_admin = over_http("admin");
  for (const Deed& deed : deeds()) {
    INFO(deed.what);
    for (const std::string& token : {admin, minted_admin}) CHECK(outcome(ask(daemon, token, deed.access)) == "allowed");
    for (const std::string& token : {member, minted_member}) {
      CHECK((outcome(ask(daemon, token, deed.access)) == "allowed") == deed.member);
    }
  }
}

TEST_CASE("a member makes no admin", "[roles]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string member = make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "", Role::kMember).header;
  CHECK(tell(daemon, member, "POST", "/v1/tokens", {{"profile", "org"}}).outcome() == "403 not_allowed");
  const Told made = tell(daemon, member, "POST", "/v1/tokens", {{"profile", "deploy"}, {"app", "arcadia-dev-api"}});
  REQUIRE(made.status == 201);
  for (const Deed& deed : deeds()) {
    INFO(deed.what);
    if (!deed.member) CHECK(outcome(ask(daemon, made.body.at("token"), deed.access)) != "allowed");
  }
}
