// What is minted over HTTP: what it may do, what its maker may not, and what becomes of it with its maker.
#include <random>

#include "authority/tokens/revocations.h"
#include "libtoken/bundle.h"
#include "libtoken/third_party.h"
#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

const json kDevRead{{"org", "arcadia-dev"}, {"action", "r"}};

struct Own {
  World world;
  support::Daemon daemon = start_tokend(world);
};

std::string mint_with(const support::Daemon& daemon, const std::string& maker, const json& request) {
  const Told told = tell(daemon, maker, "POST", "/v1/tokens", request);
  INFO(told.text);
  REQUIRE(told.status == 201);
  return told.body.at("token");
}

/// The outcome of each access, in one request.
std::vector<std::string> decide_all(const support::Daemon& daemon, const std::string& token,
                                    const std::vector<json>& accesses) {
  json questions = json::array();
  for (const json& access : accesses) questions.push_back({{"authorization", token}, {"access", access}});
  const auto answer = support::post(daemon.port(), "/v1/verify/batch", json{{"questions", questions}}.dump());
  const json body = json::parse(answer.body);
  std::vector<std::string> outcomes;
  for (const json& one : body.at("answers")) outcomes.push_back(outcome(one));
  REQUIRE(outcomes.size() == accesses.size());
  return outcomes;
}

}  // namespace

TEST_CASE("a token minted over HTTP is a token like others", "[minted]") {
  Own own;
  const Made admin = make(own.world, Profile::kOrg, "arcadia-dev", std::nullopt, "ann@example.com");
  const Told told = tell(own.daemon, admin.header, "POST", "/v1/tokens",
                         {{"profile", "deploy"},
                          {"app", "arcadia-dev-api"},
                          {"org", "arcadia-dev"},
                          {"expiry", "20m"},
                          {"name", " CI of the api "},
                          {"for", "ci@example.com"}});
  REQUIRE(told.status == 201);
  CHECK(told.headers.at("cache-control") == "no-store");
  CHECK(told.body.at("org") == json{{"id", own.world.dev.id}, {"name", "arcadia-dev"}});
  CHECK(told.body.at("app") == json{{"id", own.world.dev_api.id}, {"name", "arcadia-dev-api"}});
  CHECK(told.body.at("profile") == "deploy");
  const std::string token = told.body.at("token");
  const json allowed = ask(own.daemon, token, {{"app", "arcadia-dev-api"}, {"action", "w"}});
  CHECK(outcome(allowed) == "allowed");
  CHECK(allowed.at("token").at("id") == told.body.at("id"));
  CHECK(allowed.at("token").at("expires") == told.body.at("expires"));
  CHECK(outcome(ask(own.daemon, token, {{"org", "arcadia-dev"}, {"action", "w"}})) == "caveat");

  const Told listed = tell(own.daemon, admin.header, "GET", "/v1/tokens/" + told.body.at("id").get<std::string>());
  REQUIRE(listed.status == 200);
  CHECK(listed.body.at("name") == "CI of the api");
  CHECK(listed.body.at("for") == "ci@example.com");
  CHECK(listed.body.at("made_by") == json{{"token", admin.id}});
  CHECK(listed.body.at("status") == "live");
  CHECK(listed.body.at("app").at("name") == "arcadia-dev-api");
}

TEST_CASE("a minted token ends no later than its maker, and by itself after 90 days", "[minted]") {
  Own own;
  const auto expires = [&](const std::string& maker, json request) {
    request["profile"] = "readonly";
    const Told told = tell(own.daemon, maker, "POST", "/v1/tokens", request);
    REQUIRE(told.status == 201);
    const json decision = ask(own.daemon, told.body.at("token"), kDevRead);
    CHECK(outcome(decision) == "allowed");
    CHECK(decision.at("token").at("expires") == told.body.at("expires"));
    return told.body.at("expires");
  };
  const std::string endless = own.world.mint(Profile::kOrg, "arcadia-dev", std::nullopt, std::nullopt);
  const std::string hour = own.world.mint(Profile::kOrg, "arcadia-dev");
  const json ends_with_hour = ask(own.daemon, hour, kDevRead).at("token").at("expires");
  CHECK(expires(hour, {}) == ends_with_hour);
  CHECK(expires(hour, {{"expiry", "never"}}) == ends_with_hour);
  CHECK(expires(hour, {{"expiry", "48h"}}) == ends_with_hour);
  CHECK(expires(hour, {{"expiry", "5m"}}) < ends_with_hour);
  CHECK(expires(endless, {{"expiry", "never"}}).is_null());
  CHECK(expires(endless, {{"expiry", "2999-01-02T03:04:05Z"}}) == "2999-01-02T03:04:05Z");
  const auto ninety = expires(endless, {}).get<std::string>();
  CHECK(ninety > "2026");
  CaveatSet minutes;
  minutes.validity_window(0, own.world.now + 300);
  CHECK(expires(narrowed(hour, minutes), {{"expiry", "30m"}}) < ends_with_hour);
  CHECK(tell(own.daemon, hour, "POST", "/v1/tokens", {{"profile", "readonly"}, {"expiry", "2020-01-01T00:00:00Z"}})
            .outcome() == "400 bad_field");
}

TEST_CASE("a minted token never does what its maker may not", "[minted]") {
  Own own;
  World& world = own.world;
  (void)must(authority::create_app(*world.store, std::string("arcadia-dev"), "arcadia-dev-web", std::nullopt,
                                   authority::local_actor(), world.now));
  std::vector<json> accesses;
  for (const char* action : {"r", "w", "c", "d", "C", "rw"}) {
    accesses.push_back({{"org", "arcadia-dev"}, {"action", action}});
    for (const char* app : {"arcadia-dev-api", "arcadia-dev-web"}) {
      accesses.push_back({{"app", app}, {"action", action}});
      accesses.push_back({{"app", app}, {"action", action}, {"app_feature", "tokens"}});
      accesses.push_back({{"app", app}, {"action", action}, {"machine", "m1"}, {"command", {"ls"}}});
    }
    for (const char* feature : {"wg", "builder", "tokens", "billing", "membership"}) {
      accesses.push_back({{"org", "arcadia-dev"}, {"feature", feature}, {"action", action}});
    }
    accesses.push_back({{"org", "arcadia-dev"}, {"mutation", "addWireGuardPeer"}, {"action", action}});
  }
  const std::uint64_t org = world.dev.id;
  const std::uint64_t app = world.dev_api.id;
  std::minstd_rand random(20261122);
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const auto mask = [&] { return ActionMask{static_cast<std::uint16_t>(random() % 32)}; };
  const auto narrow = [&](CaveatSet& set) {
    CaveatSet inner;
    switch (any(7)) {
      case 0: set.action(ActionMask{static_cast<std::uint16_t>(kCreate.bits | mask().bits)}); break;
      case 1: set.apps({{app, kAllActions}}); break;
      case 2:
        inner.apps({{app, kAllActions}});
        set.if_present(inner, mask());
        break;
      case 3:
        inner.names(CaveatType::kFeatureSet, {{"tokens", kAllActions}, {"wg", mask()}});
        set.if_present(inner, mask());
        break;
      case 4: set.validity_window(0, world.now + 60 + static_cast<std::int64_t>(any(3000))); break;
      case 5: set.organization(org, ActionMask{static_cast<std::uint16_t>(kCreate.bits | mask().bits)}); break;
      default: set.is_member(); break;
    }
  };
  const std::vector<json> requests{{{"profile", "org"}, {"expiry", "never"}},
                                   {{"profile", "org"}, {"role", "member"}},
                                   {{"profile", "readonly"}},
                                   {{"profile", "wireguard"}},
                                   {{"profile", "deploy"}, {"app", "arcadia-dev-api"}},
                                   {{"profile", "deploy"}, {"app", "arcadia-dev-web"}},
                                   {{"profile", "ssh"}, {"app", "arcadia-dev-api"}}};
  const std::string admin = world.mint(Profile::kOrg, "arcadia-dev");
  REQUIRE(
      support::eventually([&] { return tell(own.daemon, admin, "GET", "/v1/apps?app=arcadia-dev-web").status == 200; },
                          std::chrono::seconds(2)));
  int made = 0;
  for (int round = 0; round < 60; ++round) {
    CaveatSet caveats;
    for (std::size_t i = any(3) + 1; i > 0; --i) narrow(caveats);
    const std::string maker = narrowed(admin, caveats);
    const json& request = requests[any(requests.size())];
    const Told told = tell(own.daemon, maker, "POST", "/v1/tokens", request);
    REQUIRE((told.status == 201 || told.status == 403));
    if (told.status == 403) continue;
    ++made;
    const auto maker_may = decide_all(own.daemon, maker, accesses);
    const auto child_may = decide_all(own.daemon, told.body.at("token"), accesses);
    for (std::size_t i = 0; i < accesses.size(); ++i) {
      INFO("round " << round << " " << request.dump() << " " << accesses[i].dump());
      CHECK((child_may[i] != "allowed" || maker_may[i] == "allowed"));
    }
    // It was narrowed, not emptied: what it makes in its turn is no wider either.
    const Told grandchild = tell(own.daemon, told.body.at("token"), "POST", "/v1/tokens", request);
    if (grandchild.status != 201) continue;
    const auto grandchild_may = decide_all(own.daemon, grandchild.body.at("token"), accesses);
    for (std::size_t i = 0; i < accesses.size(); ++i) {
      CHECK((grandchild_may[i] != "allowed" || child_may[i] == "allowed"));
    }
  }
  CHECK(made >= 10);
}

TEST_CASE("what a third party has a say in mints nothing", "[minted]") {
  Own own;
  const Made admin = make(own.world, Profile::kOrg, "arcadia-dev");
  const EncryptionKey shared = EncryptionKey::generate();
  Bundle bundle = must(Bundle::parse(admin.header));
  Macaroon& token = *bundle.parts().at(0);
  REQUIRE(add_third_party(token, "https://login.example", shared, CaveatSet()).has_value());
  const auto tickets = tickets_of(bundle, authority::kDefaultLocation);
  REQUIRE(tickets.size() == 1);
  const auto opened = must(OpenedTicket::open(tickets[0].ticket, shared));
  const std::string discharge = must(opened.discharge("https://login.example", CaveatSet())).text();
  const std::string header = "FlyV1 " + token.text() + "," + discharge;

  CHECK(tell(own.daemon, "FlyV1 " + token.text(), "GET", "/v1/whoami").outcome() == "401 missing_discharge");
  REQUIRE(tell(own.daemon, header, "GET", "/v1/tokens").status == 200);
  const Told told = tell(own.daemon, header, "POST", "/v1/tokens", {{"profile", "readonly"}});
  CHECK(told.outcome() == "403 not_allowed");
  INFO(told.text);
  CHECK(told.text.find("discharge") != std::string::npos);
  const auto entry = newest_entry(own.world, own.world.dev.id);
  CHECK(entry.refused);
  CHECK(entry.action == authority::AuditAction::kMint);
}

TEST_CASE("a revoked token asks nothing, and what it made dies with it, at once", "[minted]") {
  Own own;
  const support::Daemon other = start_tokend(own.world);
  const std::string admin = own.world.mint(Profile::kOrg, "arcadia-dev");
  const Made maker = make(own.world, Profile::kOrg, "arcadia-dev");
  const std::string child = mint_with(own.daemon, maker.header, {{"profile", "org"}});
  const std::string grandchild = mint_with(own.daemon, child, {{"profile", "readonly"}});
  CaveatSet reading;
  reading.action(kRead);
  const std::string copy = narrowed(maker.header, reading);
  const std::vector<std::string> family{maker.header, child, grandchild, copy};
  for (const std::string& token : family) {
    REQUIRE(support::eventually([&] { return outcome(ask(other, token, kDevRead)) == "allowed"; },
                                std::chrono::seconds(2)));
  }
  const Told told = tell(own.daemon, admin, "DELETE", "/v1/tokens/" + maker.id);
  REQUIRE(told.status == 200);
  CHECK(told.body.at("revoked").size() == 3);
  CHECK(told.body.at("revoked").at(0) == maker.id);
  CHECK(told.body.at("already").empty());
  for (const std::string& token : family) CHECK(outcome(ask(own.daemon, token, kDevRead)) == "revoked");
  CHECK(support::eventually(
      [&] {
        for (const std::string& token : family) {
          if (outcome(ask(other, token, kDevRead)) != "revoked") return false;
        }
        return true;
      },
      std::chrono::seconds(1)));
  for (const std::string& token : family) {
    CHECK(tell(own.daemon, token, "POST", "/v1/tokens", {{"profile", "readonly"}}).outcome() == "401 revoked");
    CHECK(tell(own.daemon, token, "GET", "/v1/whoami").body.at("tokens").at(0).at("status") == "revoked");
  }
  const Told again = tell(own.daemon, admin, "DELETE", "/v1/tokens/" + maker.id);
  CHECK(again.status == 200);
  CHECK(again.body.at("revoked").empty());
  CHECK(again.body.at("already") == json::array({maker.id}));
}

TEST_CASE("a maker that somebody else has revoked mints nothing more, however soon it asks", "[minted]") {
  Own own;
  for (int i = 0; i < 5; ++i) {
    const Made maker = make(own.world, Profile::kOrg, "arcadia-dev");
    (void)mint_with(own.daemon, maker.header, {{"profile", "readonly"}});
    (void)must(
        authority::revoke(*own.world.store, {must(parse_token_id(maker.id))}, authority::local_actor(), own.world.now));
    CHECK(tell(own.daemon, maker.header, "POST", "/v1/tokens", {{"profile", "readonly"}}).outcome() == "401 revoked");
  }
}

TEST_CASE("everything that one person holds is revoked in one step", "[minted]") {
  Own own;
  const std::string admin = own.world.mint(Profile::kOrg, "arcadia-dev");
  std::vector<Made> hers;
  for (const char* holder : {"ann@example.com", " Ann@Example.com ", "ANN@EXAMPLE.COM"}) {
    hers.push_back(make(own.world, Profile::kReadonly, "arcadia-dev", std::nullopt, holder));
  }
  const Made in_prod = make(own.world, Profile::kReadonly, "arcadia-prod", std::nullopt, "ann@example.com");
  const Made his = make(own.world, Profile::kReadonly, "arcadia-dev", std::nullopt, "anna@example.com");
  const Told near = tell(own.daemon, admin, "DELETE", "/v1/tokens?for=ann%40exmple.com");
  CHECK(near.status == 200);
  CHECK(near.body.at("revoked").empty());
  CHECK(near.text.find("xample.com") != std::string::npos);

  const Told told = tell(own.daemon, admin, "DELETE", "/v1/tokens?for=%20ann%40Example.com");
  REQUIRE(told.status == 200);
  CHECK(told.body.at("revoked").size() == 3);
  CHECK(told.body.at("near_misses") == nlohmann::json{"anna@example.com"});
  for (const Made& one : hers) CHECK(outcome(ask(own.daemon, one.header, kDevRead)) == "revoked");
  CHECK(outcome(ask(own.daemon, his.header, kDevRead)) == "allowed");
  CHECK(outcome(ask(own.daemon, in_prod.header, {{"org", "arcadia-prod"}, {"action", "r"}})) == "allowed");
  CHECK(tell(own.daemon, admin, "DELETE", "/v1/tokens?for=ann@example.com").body.at("already").size() == 3);
}

TEST_CASE("a rotated key signs what comes next, and the old one still verifies", "[minted]") {
  Own own;
  const std::string admin = own.world.mint(Profile::kOrg, "arcadia-dev");
  const Told rotated = tell(own.daemon, admin, "POST", "/v1/keys/rotate");
  REQUIRE(rotated.status == 201);
  CHECK(rotated.body.at("key").at("state") == "active");
  const std::string kid = rotated.body.at("key").at("kid");
  const std::string token = mint_with(own.daemon, admin, {{"profile", "readonly"}});
  CHECK(outcome(ask(own.daemon, token, kDevRead)) == "allowed");
  CHECK(outcome(ask(own.daemon, admin, kDevRead)) == "allowed");
  CHECK(tell(own.daemon, token, "GET", "/v1/whoami").body.at("tokens").at(0).at("kid") == kid);
  const Told keys = tell(own.daemon, admin, "GET", "/v1/keys");
  REQUIRE(keys.body.at("keys").size() == 2);
  std::map<std::string, std::string> states;
  for (const json& key : keys.body.at("keys")) states[key.at("kid")] = key.at("state");
  CHECK(states.at(kid) == "active");
  states.erase(kid);
  CHECK(states.begin()->second == "verifying");
}
