#include <signal.h>

#include <string>

#include "libtoken/caveat_set.h"
#include "libtoken/keys.h"
#include "libtoken/macaroon.h"
#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

const json kReadProd{{"org", "arcadia-prod"}, {"action", "r"}};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a denial is logged with its token, codes and peer, and an allowed request is not", "[log]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string token = world.mint(Profile::kReadonly, "arcadia-prod");
  REQUIRE(outcome(ask(daemon, token, kReadProd)) == "allowed");
  CHECK(daemon.log().empty());
  const json denied = ask(daemon, token, {{"org", "arcadia-prod"}, {"action", "w"}});
  const std::string id = denied.at("token").at("id");
  REQUIRE(daemon.logs("denied token=" + id + " peer=127.0.0.1:"));
  CHECK(contains(daemon.log(), "codes=caveat why=\"Caveat 2 (Organization) allows only r, and the access is w.\"\n"));
  CHECK(contains(daemon.log(), "Z info denied"));
  CHECK(outcome(ask(daemon, token, {{"org", "arcadia-prod"}, {"feature", token.substr(6)}, {"action", "w"}})) ==
        "caveat");
  const std::string apps = narrowed(world.mint(Profile::kOrg, "arcadia-prod"), CaveatSet().apps({{1, kRead}}));
  CHECK(outcome(ask(daemon, apps, {{"org", "arcadia-prod"}, {"feature", token.substr(6)}, {"action", "r"}})) ==
        "caveat");
  CHECK(outcome(ask(daemon,
                    narrowed(world.mint(Profile::kOrg, "arcadia-prod"),
                             CaveatSet().names(CaveatType::kFeatureSet, {{"wg", kRead}})),
                    {{"org", "arcadia-prod"}, {"feature", token.substr(6)}, {"action", "r"}})) == "caveat");
  REQUIRE(daemon.logs("why=\"(a token)\""));
  CHECK_FALSE(contains(daemon.log(), "fm2_"));
}

TEST_CASE("the log tells an unknown key from a wrong signature", "[log]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  CaveatSet caveats;
  caveats.organization(world.prod.id, kAllActions);
  const Bytes kid(16, 7);
  const std::string foreign =
      "FlyV1 " + must(Macaroon::mint(kid, authority::kDefaultLocation, SigningKey::generate(), caveats)).text();
  REQUIRE(outcome(ask(daemon, foreign, kReadProd)) == "unknown_key");
  REQUIRE(daemon.logs("codes=unknown_key note=\"key id 07070707070707070707070707070707\""));
  REQUIRE(outcome(ask(daemon, with_broken_tail(world.mint(Profile::kOrg, "arcadia-prod")), kReadProd)) ==
          "bad_signature");
  REQUIRE(daemon.logs("codes=bad_signature note=\"its signature does not match\""));
}

TEST_CASE("the peer is the socket's, whatever a header says", "[log]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string body = json{{"authorization", "nonsense"}, {"access", kReadProd}}.dump();
  const auto answer = support::post(daemon.port(), "/v1/verify", body,
                                    "REMOTE_ADDR: 203.0.113.9\r\nREMOTE_PORT: 9\r\nX-Forwarded-For: 203.0.113.9\r\n");
  REQUIRE(answer.status == 200);
  REQUIRE(daemon.logs("peer=127.0.0.1:"));
  CHECK_FALSE(contains(daemon.log(), "203.0.113.9"));
  CHECK_FALSE(contains(daemon.log(), "peer=127.0.0.1:9 "));
}

TEST_CASE("no token and nothing of a client's stands in the log, and no line is a client's making", "[log]") {
  World world;
  support::Daemon daemon = start_tokend(world, {"--log-level", "debug"});
  const std::string token = world.mint(Profile::kReadonly, "arcadia-prod");
  const std::string secret = token.substr(token.find('_') + 1);
  (void)ask(daemon, token, kReadProd);
  (void)ask(daemon, token, {{"org", "arcadia-prod"}, {"action", "w"}});
  (void)ask(daemon, with_broken_tail(token), kReadProd);
  (void)ask(daemon, "marker\nforged line\x1b[31m", kReadProd);
  (void)ask(daemon, token, {{"org", "marker\nforged line"}, {"action", "r"}});
  const std::string body = json{{"access", {{"org", "arcadia-prod"}, {"action", "w"}}}}.dump();
  (void)support::post(daemon.port(), "/v1/verify", body, "Authorization: " + token + "\r\n");
  (void)support::post(daemon.port(), "/marker", body, "Authorization: " + token + "\r\n");
  (void)tell(daemon, token, "GET", "/v1/whoami");
  (void)tell(daemon, token, "GET", "/v1/tokens?marker=1");
  (void)tell(daemon, token, "POST", "/v1/tokens", {{"profile", "org"}, {"name", "marker\nforged line"}});
  (void)tell(daemon, token, "POST", "/v1/tokens", {{"profile", "deploy"}, {"app", "marker\nforged line"}});
  (void)tell(daemon, token, "DELETE", "/v1/tokens?for=marker");
  (void)tell(daemon, with_broken_tail(token), "GET", "/v1/tokens");
  (void)support::post(daemon.port(), "/v1/verify", "marker", "Authorization: " + token + "\r\n");
  CaveatSet caveats;
  const Bytes sealed(60, 1);
  caveats.third_party("https://login.example/\nforged line", sealed, sealed);
  (void)ask(daemon, narrowed(token, caveats), kReadProd);

  daemon.process().signal(SIGTERM);
  const support::RunResult result = daemon.process().wait();
  CHECK(result.exit_code == 0);
  REQUIRE(contains(result.err, "denied token="));
  for (std::size_t at = 0; at + 24 <= secret.size(); at += 8) CHECK_FALSE(contains(result.err, secret.substr(at, 24)));
  CHECK_FALSE(contains(result.err, "fm2_"));
  CHECK_FALSE(contains(result.err, "marker"));
  CHECK_FALSE(contains(result.err, "\nforged"));
  CHECK_FALSE(contains(result.err, "\x1b"));
  CHECK(result.out == "tokend listening on " + daemon.url() + "\n");
}
