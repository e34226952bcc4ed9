// GET /v1/whoami, and that all of it works over every kind of socket.
#include "authority/registry/registry.h"
#include "authority/tokens/revocations.h"
#include "libtoken/times.h"
#include "registry_world.h"
#include "support/catch.h"
#include "support/tls_files.h"

using namespace libtoken;
using nlohmann::json;

TEST_CASE("whoami says what a token is and what the registry knows of it", "[whoami]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  authority::MintRequest request;
  request.profile = Profile::kDeploy;
  request.org = std::string("arcadia-dev");
  request.app = std::string("arcadia-dev-api");
  request.name = "CI of the api";
  request.holder = "ci@example.com";
  request.not_after_unix_s = world.now + 3600;
  const Made made = make(world, request);
  const Told told = tell(daemon, made.header, "GET", "/v1/whoami");
  REQUIRE(told.status == 200);
  CHECK(told.body.at("signature_checked") == true);
  REQUIRE(told.body.at("tokens").size() == 1);
  const json& token = told.body.at("tokens").at(0);
  CHECK(token.at("verified") == true);
  CHECK(token.at("id") == made.id);
  CHECK(token.at("org") == json{{"id", world.dev.id}, {"name", "arcadia-dev"}});
  CHECK(token.at("profile") == "deploy");
  CHECK(token.at("name") == "CI of the api");
  CHECK(token.at("for") == "ci@example.com");
  CHECK(token.at("location") == authority::kDefaultLocation);
  CHECK(token.at("caveats").size() == 3);
  CHECK(token.at("caveats").at(0).at("type") == "Organization");
  CHECK(token.at("allows").get<std::string>().find("arcadia-dev-api") != std::string::npos);
  CHECK(token.at("needs").empty());
  CHECK(token.at("not_after").get<std::string>() == token.at("effective_not_after").get<std::string>());
  CHECK(token.at("proof") == false);
  CHECK(token.at("status") == "live");
  CHECK_FALSE(token.contains("ended"));
  CHECK(told.text.find("fm2_") == std::string::npos);
}

TEST_CASE("whoami tells the good parts of a bundle from the others", "[whoami]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const Made good = make(world, Profile::kReadonly, "arcadia-dev");
  const Made revoked = make(world, Profile::kReadonly, "arcadia-dev", std::nullopt, "ann@example.com");
  (void)must(authority::revoke(*world.store, {must(parse_token_id(revoked.id))}, authority::local_actor(), world.now));
  const std::string broken = with_broken_tail(world.mint(Profile::kOrg, "arcadia-dev"));
  const std::string bundle = broken + "," + good.header.substr(6) + "," + revoked.header.substr(6) + ",fm2_AAAA";
  REQUIRE(
      support::eventually([&] { return tell(daemon, revoked.header, "GET", "/v1/tokens").outcome() == "401 revoked"; },
                          std::chrono::seconds(2)));
  const Told told = tell(daemon, bundle, "GET", "/v1/whoami");
  REQUIRE(told.status == 200);
  const json& tokens = told.body.at("tokens");
  REQUIRE(tokens.size() == 4);
  CHECK(tokens.at(0).at("verified") == false);
  CHECK(tokens.at(0).at("reason").at("code") == "bad_signature");
  CHECK(tokens.at(0).at("status") == "bad_signature");
  CHECK_FALSE(tokens.at(0).contains("org"));
  CHECK(tokens.at(1).at("verified") == true);
  CHECK(tokens.at(1).at("name").is_null());
  CHECK(tokens.at(2).at("verified") == false);
  CHECK(tokens.at(2).at("reason").at("code") == "revoked");
  CHECK(tokens.at(2).at("status") == "revoked");
  CHECK(tokens.at(2).at("revoked") == to_rfc3339(world.now));
  CHECK_FALSE(tokens.at(2).contains("for"));
  // Also alone, but only to who has the token itself.
  const Told alone = tell(daemon, revoked.header, "GET", "/v1/whoami");
  REQUIRE(alone.status == 200);
  CHECK(alone.body.at("tokens").at(0) == tokens.at(2));
  CHECK(tell(daemon, with_broken_tail(revoked.header), "GET", "/v1/whoami").outcome() == "401 bad_signature");
  CHECK(tokens.at(3).at("verified") == false);
  CHECK(tokens.at(3).contains("error"));
  CHECK(tokens.at(3).at("status") == "malformed");
}

TEST_CASE("whoami says of a token that has ended, or not begun, what it is and since when", "[whoami]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const Made made = make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "ann@example.com");
  CaveatSet over, later;
  over.validity_window(0, world.now - 10);
  later.validity_window(world.now + 1000, world.now + 2000);
  const Told ended = tell(daemon, narrowed(made.header, over), "GET", "/v1/whoami");
  REQUIRE(ended.status == 200);
  const json& one = ended.body.at("tokens").at(0);
  CHECK(one.at("verified") == true);
  CHECK(one.at("status") == "expired");
  CHECK(one.at("ended") == to_rfc3339(world.now - 10));
  CHECK(one.at("for") == "ann@example.com");
  const Told early = tell(daemon, narrowed(made.header, later), "GET", "/v1/whoami");
  REQUIRE(early.status == 200);
  CHECK(early.body.at("tokens").at(0).at("status") == "not_yet_valid");
  CHECK(early.body.at("tokens").at(0).at("starts") == to_rfc3339(world.now + 1000));
}

TEST_CASE("whoami names an app only to a token that allows something there", "[whoami]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const auto secret = must(authority::create_app(*world.store, std::string("arcadia-dev"), "arcadia-dev-secret",
                                                 std::nullopt, authority::local_actor(), world.now));
  REQUIRE(support::eventually(
      [&] {
        return tell(daemon, world.mint(Profile::kOrg, "arcadia-dev"), "GET", "/v1/apps?app=arcadia-dev-secret")
                   .status == 200;
      },
      std::chrono::seconds(2)));
  CaveatSet guess;
  guess.apps({{secret.id, kAllActions}, {world.dev_api.id, kAllActions}});
  for (const Profile profile : {Profile::kDeploy, Profile::kSsh, Profile::kMachineExec}) {
    authority::MintRequest request;
    request.profile = profile;
    request.app = std::string("arcadia-dev-api");
    if (profile == Profile::kMachineExec) request.commands = {{{"ls"}, true}};
    const Told told = tell(daemon, narrowed(make(world, request).header, guess), "GET", "/v1/whoami");
    INFO(to_string(profile));
    REQUIRE(told.status == 200);
    CHECK(told.text.find("arcadia-dev-secret") == std::string::npos);
    CHECK(told.text.find("arcadia-dev-api") != std::string::npos);
  }
  const Told admin = tell(daemon, narrowed(world.mint(Profile::kOrg, "arcadia-dev"), guess), "GET", "/v1/whoami");
  CHECK(admin.text.find("arcadia-dev-secret") != std::string::npos);
}

TEST_CASE("nobody learns another org's names by writing its ids into a caveat", "[whoami]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  CaveatSet guess;
  guess.organization(world.prod.id, kRead).apps({{world.prod_api.id, kRead}, {world.dev_api.id, kRead}});
  const std::string token = narrowed(world.mint(Profile::kOrg, "arcadia-dev"), guess);
  const Told told = tell(daemon, token, "GET", "/v1/whoami");
  REQUIRE(told.status == 200);
  CHECK(told.text.find("arcadia-prod") == std::string::npos);
  CHECK(told.text.find("arcadia-dev") != std::string::npos);
  CHECK(told.body.at("tokens").at(0).at("org").at("name") == "arcadia-dev");
}

TEST_CASE("the registry is asked over TLS and unix sockets alike", "[whoami]") {
  World world;
  const TlsFiles tls(world.directory.path());
  const std::string path = (world.directory.path() / "tokend.sock").string();
  const support::Daemon daemon =
      start_tokend(world, {"--listen", "unix:" + path, "--tls-cert", tls.certificate, "--tls-key", tls.key});
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const auto check = [&](support::HttpConnection& connection, const std::string& peer) {
    CHECK(tell(connection, admin.header, "GET", "/v1/whoami").status == 200);
    const Told minted = tell(connection, admin.header, "POST", "/v1/tokens", {{"profile", "readonly"}});
    REQUIRE(minted.status == 201);
    CHECK(newest_entry(world, world.dev.id).actor.peer.rfind(peer, 0) == 0);
    const Told listed = tell(connection, admin.header, "GET", "/v1/tokens");
    CHECK(listed.status == 200);
    CHECK(listed.text.find(minted.body.at("id").get<std::string>()) != std::string::npos);
    CHECK(tell(connection, admin.header, "DELETE", "/v1/tokens/" + minted.body.at("id").get<std::string>()).status ==
          200);
    CHECK(tell(connection, admin.header, "GET", "/v1/nothing").outcome() == "404 not_found");
  };
  support::TlsClient client;
  client.authority = tls.certificate;
  support::HttpConnection over_tls(daemon.port(), client);
  check(over_tls, "127.0.0.1:");
  support::HttpConnection over_unix(path);
  check(over_unix, "unix");
}
