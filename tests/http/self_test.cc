// Whoever holds a token may end it, and nothing else; and a token without a record is ended by showing it.
#include "authority/tokens/keyring.h"
#include "authority/tokens/revocations.h"
#include "libtoken/bundle.h"
#include "libtoken/third_party.h"
#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

Service& service() {
  static Service one;
  return one;
}

Told end_itself(const std::string& token) { return tell(service().daemon, token, "DELETE", "/v1/tokens/self"); }

std::string id_of(const std::string& header) { return to_string(must(Bundle::parse(header)).parts().at(0)->id()); }

bool is_live(const std::string& token) {
  return outcome(ask(service().daemon, token, {{"org", "arcadia-dev"}, {"action", "r"}})) == "allowed";
}

}  // namespace

TEST_CASE("every kind of token may end itself, once and again", "[self]") {
  World& world = service().world;
  for (const Profile profile :
       {Profile::kOrg, Profile::kReadonly, Profile::kWireguard, Profile::kDeploy, Profile::kSsh}) {
    const bool for_app = profile == Profile::kDeploy || profile == Profile::kSsh;
    const Made made = make(world, profile, "arcadia-dev",
                           for_app ? std::optional<std::string>("arcadia-dev-api") : std::nullopt, "ann@example.com");
    INFO(to_string(profile));
    const Told first = end_itself(made.header);
    REQUIRE(first.status == 200);
    CHECK(first.body == json{{"revoked", {made.id}}, {"already", json::array()}});
    CHECK(tell(service().daemon, made.header, "GET", "/v1/whoami").body.at("tokens").at(0).at("status") == "revoked");
    const auto entry = newest_entry(world, world.dev.id);
    CHECK(entry.action == authority::AuditAction::kRevoke);
    CHECK_FALSE(entry.refused);
    CHECK(entry.object == made.id);
    REQUIRE(entry.actor.token);
    CHECK(to_string(*entry.actor.token) == made.id);
    CHECK(entry.actor.holder == "ann@example.com");
    CHECK(entry.actor.peer.rfind("127.0.0.1:", 0) == 0);
    CHECK(entry.detail == "self: it was for ann@example.com");

    const Told again = end_itself(made.header);
    CHECK(again.status == 200);
    CHECK(again.body == json{{"revoked", json::array()}, {"already", {made.id}}});
    CHECK(newest_entry(world, world.dev.id).number == entry.number);
  }
}

TEST_CASE("a narrowed, expired or undischarged copy ends the token with all copies", "[self]") {
  World& world = service().world;
  const auto check = [&](const std::string& what, const std::string& token, const std::string& copy) {
    INFO(what);
    const Told told = end_itself(copy);
    CHECK(told.outcome() == "200");
    CHECK(told.body.at("revoked") == json{id_of(token)});
    CHECK_FALSE(is_live(token));
  };
  const auto fresh = [&] { return world.mint(Profile::kOrg, "arcadia-dev"); };
  const std::string one = fresh();
  CaveatSet nothing;
  nothing.action(kNoAction);
  check("narrowed to nothing", one, narrowed(one, nothing));
  const std::string two = fresh();
  CaveatSet over;
  over.validity_window(0, world.now - 1000);
  check("expired", two, narrowed(two, over));
  const std::string three = fresh();
  CaveatSet later;
  later.validity_window(world.now + 1000, world.now + 2000);
  check("not yet valid", three, narrowed(three, later));
  const std::string four = fresh();
  Bundle needing = must(Bundle::parse(four));
  REQUIRE(add_third_party(*needing.parts().at(0), "https://login.example", EncryptionKey::generate(), CaveatSet()));
  check("without its discharge", four, "FlyV1 " + needing.parts().at(0)->text());
}

TEST_CASE("a copy that has ended, of a token in no record, is told that nothing was revoked", "[self]") {
  World& world = service().world;
  CaveatSet of_dev;
  of_dev.organization(world.dev.id, kAllActions);
  const std::string unknown = world.forge("arcadia-dev", authority::kDefaultLocation, of_dev);
  CaveatSet over;
  over.validity_window(0, world.now - 1000);
  const std::string copy = narrowed(unknown, over);
  const Told told = end_itself(copy);
  CHECK(told.outcome() == "401 expired");
  CHECK(told.text.find("nothing was revoked") != std::string::npos);
  CHECK(is_live(unknown));
  // Beside others it is not named, and the token itself ends where a copy that lives comes along.
  const Made known = make(world, Profile::kReadonly, "arcadia-dev");
  CHECK(end_itself(known.header + "," + copy.substr(6)).body.at("revoked") == json{known.id});
  CHECK(end_itself(copy + "," + unknown.substr(6)).body.at("revoked") == json{id_of(unknown)});
  CHECK(end_itself(copy).body.at("already") == json{id_of(unknown)});
}

TEST_CASE("what was made with a token that ends itself ends too, and what its maker made besides does not", "[self]") {
  World& world = service().world;
  const std::string maker = world.mint(Profile::kOrg, "arcadia-dev");
  const auto made_with = [&](const std::string& token) {
    const Told told = tell(service().daemon, token, "POST", "/v1/tokens", {{"profile", "org"}});
    REQUIRE(told.status == 201);
    return told.body;
  };
  const json child = made_with(maker);
  const json sibling = made_with(maker);
  const json grandchild = made_with(child.at("token"));
  const Told told = end_itself(child.at("token"));
  REQUIRE(told.status == 200);
  CHECK(told.body.at("revoked") == json{child.at("id"), grandchild.at("id")});
  CHECK_FALSE(is_live(grandchild.at("token")));
  CHECK(is_live(sibling.at("token")));
  CHECK(is_live(maker));
}

TEST_CASE("all tokens of a header end themselves, each as its own actor", "[self]") {
  World& world = service().world;
  const Made one = make(world, Profile::kReadonly, "arcadia-dev");
  const Made two = make(world, Profile::kReadonly, "arcadia-prod");
  const std::string forged = with_broken_tail(world.mint(Profile::kOrg, "arcadia-dev"));
  const Told told = end_itself(one.header + "," + forged.substr(6) + "," + two.header.substr(6));
  REQUIRE(told.status == 200);
  CHECK(told.body.at("revoked") == json{one.id, two.id});
  CHECK(to_string(*newest_entry(world, world.dev.id).actor.token) == one.id);
  CHECK(to_string(*newest_entry(world, world.prod.id).actor.token) == two.id);
  CHECK_FALSE(outcome(ask(service().daemon, world.mint(Profile::kOrg, "arcadia-dev"),
                          {{"org", "arcadia-dev"}, {"action", "r"}})) == "revoked");
}

TEST_CASE("what was not signed here ends nothing", "[self]") {
  World& world = service().world;
  const std::string good = world.mint(Profile::kOrg, "arcadia-dev");
  CHECK(end_itself(with_broken_tail(good)).outcome() == "401 bad_signature");
  CHECK(end_itself("").outcome() == "401 missing_token");
  CHECK(end_itself("nonsense").outcome() == "401 malformed");
  CHECK(is_live(good));
  const Told get = tell(service().daemon, good, "GET", "/v1/tokens/self");
  CHECK(get.outcome() == "405 method_not_allowed");
  CHECK(get.headers.at("allow") == "DELETE");
  CHECK(tell(service().daemon, good, "DELETE", "/v1/tokens/self?org=arcadia-dev").outcome() == "400 unknown_field");
}

TEST_CASE("a token of a retired key may end itself", "[self]") {
  Service own;
  const std::string token = own.world.mint(Profile::kOrg, "arcadia-dev");
  const Bytes kid = must(authority::active_key(*own.world.store, own.world.dev.id)).kid;
  (void)must(
      authority::rotate_key(*own.world.store, std::string("arcadia-dev"), authority::local_actor(), own.world.now));
  (void)must(authority::retire_key(*own.world.store, kid, 9, authority::local_actor(), own.world.now));
  REQUIRE(
      support::eventually([&] { return tell(own.daemon, token, "GET", "/v1/tokens").outcome() == "401 key_retired"; },
                          std::chrono::seconds(2)));
  CHECK(tell(own.daemon, token, "GET", "/v1/tokens").headers.at("www-authenticate") ==
        "Bearer error=\"invalid_token\"");
  const Told told = tell(own.daemon, token, "DELETE", "/v1/tokens/self");
  REQUIRE(told.status == 200);
  CHECK(told.body.at("revoked") == json{id_of(token)});
}

TEST_CASE("a token without a record is revoked by whoever shows it", "[self]") {
  World& world = service().world;
  const std::string admin = world.mint(Profile::kOrg, "arcadia-dev");
  CaveatSet of_dev;
  of_dev.organization(world.dev.id, kAllActions);
  const std::string unknown = world.forge("arcadia-dev", authority::kDefaultLocation, of_dev);
  const std::string path = "/v1/tokens/" + id_of(unknown);
  REQUIRE(is_live(unknown));
  CHECK(tell(service().daemon, admin, "DELETE", path).outcome() == "404 unknown");

  const auto with = [&](const std::string& asker, const std::string& at, const std::string& token) {
    return tell(service().daemon, asker, "DELETE", at, {{"token", token}}).outcome();
  };
  CHECK(with(admin, path, admin) == "400 bad_field");  // another token
  CHECK(with(admin, path, "nonsense") == "400 bad_field");
  CHECK(tell(service().daemon, admin, "DELETE", path, json::object()).outcome() == "400 missing_field");
  CHECK(tell(service().daemon, admin, "DELETE", path, {{"tokens", unknown}}).outcome() == "400 unknown_field");
  CHECK(with(admin, path, with_broken_tail(unknown)) == "404 unknown");
  CHECK(with(world.mint(Profile::kOrg, "arcadia-prod"), path, unknown) == "404 unknown");
  CHECK(with(make(world, Profile::kReadonly, "arcadia-dev").header, path, unknown) == "403 not_allowed");
  CHECK(with(make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api").header, path, unknown) ==
        "403 not_allowed");
  CHECK(is_live(unknown));

  CHECK(with(admin, path, unknown) == "200");
  CHECK_FALSE(is_live(unknown));
  const auto entry = newest_entry(world, world.dev.id);
  CHECK(entry.object == id_of(unknown));
  CHECK_FALSE(entry.refused);
  CHECK(with(admin, path, unknown) == "200");  // again

  // A token that has a record may come along too.
  const Made known = make(world, Profile::kReadonly, "arcadia-dev");
  CHECK(with(admin, "/v1/tokens/" + known.id, known.header) == "200");
}
