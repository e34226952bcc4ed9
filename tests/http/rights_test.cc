// Who may ask what of the registry: every row of the table, with every kind of token.
#include <algorithm>
#include <array>
#include <string>

#include "libtoken/times.h"
#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

Service& service() {
  static Service one;
  return one;
}

struct Askers {
  std::string admin, member, readonly, deploy;
};

const Askers& askers() {
  World& world = service().world;
  static const Askers all{make(world, Profile::kOrg, "arcadia-dev").header,
                          make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "", Role::kMember).header,
                          make(world, Profile::kReadonly, "arcadia-dev").header,
                          make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api").header};
  return all;
}

/// One row, and who is answered with this status; the others with a 403.
struct Row {
  const char* method;
  std::string target;
  json body;
  int good;
  bool admin, member, readonly, deploy;
};

void check(const Row& row) {
  const Askers& all = askers();
  const std::array<std::pair<const char*, bool>, 4> may{
      {{"admin", row.admin}, {"member", row.member}, {"readonly", row.readonly}, {"deploy", row.deploy}}};
  const std::array<const std::string*, 4> tokens{&all.admin, &all.member, &all.readonly, &all.deploy};
  for (std::size_t i = 0; i < may.size(); ++i) {
    INFO(row.method << " " << row.target << " " << row.body.dump() << " as " << may[i].first);
    const Told told = tell(service().daemon, *tokens[i], row.method, row.target, row.body);
    INFO(told.text);
    CHECK(told.outcome() == (may[i].second ? std::to_string(row.good) : "403 not_allowed"));
    CHECK(told.headers.at("cache-control") == "no-store");
    CHECK((told.text.find("fm2_") != std::string::npos) == (told.status == 201 && told.body.contains("token")));
    if (told.status != 403) continue;
    const json& error = told.body.at("error");
    CHECK(error.at("message") == error.at("reasons").at(0).at("message"));
    CHECK(error.at("reasons").at(0).at("code") == "caveat");
  }
}

std::string id_of_app() { return make(service().world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api").id; }
std::string id_of_org() { return make(service().world, Profile::kReadonly, "arcadia-dev").id; }

}  // namespace

TEST_CASE("everybody whose token verifies may ask who they are", "[rights]") {
  check({"GET", "/v1/whoami", nullptr, 200, true, true, true, true});
}

TEST_CASE("who may mint for the org, and who for an app", "[rights]") {
  for (const char* profile : {"readonly", "org", "wireguard"}) {
    check({"POST", "/v1/tokens", {{"profile", profile}}, 201, true, false, false, false});
  }
  for (const char* profile : {"deploy", "ssh"}) {
    check({"POST", "/v1/tokens", {{"profile", profile}, {"app", "arcadia-dev-api"}}, 201, true, true, false, true});
  }
  const json exec{{"profile", "machine-exec"},
                  {"app", service().world.dev_api.id},
                  {"commands", json::array({{{"args", {"ls", "-l"}}, {"exact", true}}})}};
  check({"POST", "/v1/tokens", exec, 201, true, true, false, true});
}

TEST_CASE("who may list", "[rights]") {
  for (const char* target : {"/v1/tokens", "/v1/orgs", "/v1/apps"}) {
    // Apps and their tokens are listed as far as the token clears them; an org has no parts.
    const bool part = std::string(target) != "/v1/orgs";
    check({"GET", target, nullptr, 200, true, part, true, part});
    check({"GET", std::string(target) + "?org=arcadia-dev", nullptr, 200, true, part, true, part});
    check({"GET", std::string(target) + "?app=arcadia-dev-api", nullptr, 200, true, true, true, true});
    const std::string by_id = "?app=" + std::to_string(service().world.dev_api.id);
    check({"GET", target + by_id, nullptr, 200, true, true, true, true});
  }
  check({"GET", "/v1/tokens/" + id_of_org(), nullptr, 200, true, false, true, false});
  check({"GET", "/v1/tokens/" + id_of_app(), nullptr, 200, true, true, true, true});
}

TEST_CASE("who may revoke", "[rights]") {
  check({"DELETE", "/v1/tokens/" + id_of_org(), nullptr, 200, true, false, false, false});
  check({"DELETE", "/v1/tokens/" + id_of_app(), nullptr, 200, true, true, false, true});
  check({"DELETE", "/v1/tokens?for=nobody", nullptr, 200, true, false, false, false});
  check({"DELETE", "/v1/tokens?for=nobody&app=arcadia-dev-api", nullptr, 200, true, true, false, true});
}

TEST_CASE("who may see keys and the audit, and who rotate", "[rights]") {
  check({"GET", "/v1/keys", nullptr, 200, true, false, false, false});
  check({"GET", "/v1/audit", nullptr, 200, true, false, false, false});
  check({"POST", "/v1/keys/rotate", nullptr, 201, true, false, false, false});
  check({"POST", "/v1/keys/rotate", {{"org", "arcadia-dev"}}, 201, true, false, false, false});
}

TEST_CASE("what is allowed for one app is not allowed for another", "[rights]") {
  World& world = service().world;
  (void)must(authority::create_app(*world.store, std::string("arcadia-dev"), "arcadia-dev-web", std::nullopt,
                                   authority::local_actor(), world.now));
  const std::string web = make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-web").id;
  const std::string& deploy = askers().deploy;
  REQUIRE(support::eventually(
      [&] { return tell(service().daemon, askers().admin, "GET", "/v1/apps?app=arcadia-dev-web").status == 200; },
      std::chrono::seconds(2)));
  CHECK(tell(service().daemon, deploy, "POST", "/v1/tokens", {{"profile", "deploy"}, {"app", "arcadia-dev-web"}})
            .outcome() == "403 not_allowed");
  CHECK(tell(service().daemon, deploy, "GET", "/v1/tokens?app=arcadia-dev-web").outcome() == "403 not_allowed");
  CHECK(tell(service().daemon, deploy, "GET", "/v1/tokens/" + web).outcome() == "403 not_allowed");
  CHECK(tell(service().daemon, deploy, "DELETE", "/v1/tokens/" + web).outcome() == "403 not_allowed");
  CHECK(tell(service().daemon, deploy, "DELETE", "/v1/tokens?for=x&app=arcadia-dev-web").outcome() ==
        "403 not_allowed");
  // Whether there is such a token makes no difference to who may not look.
  CHECK(tell(service().daemon, deploy, "GET", "/v1/tokens/" + web).text ==
        tell(service().daemon, deploy, "GET", "/v1/tokens/00000000-0000-5000-8000-000000000001").text);
  CHECK(ask(service().daemon, make(world, Profile::kReadonly, "arcadia-dev").header,
            {{"org", "arcadia-dev"}, {"action", "r"}})
            .at("allowed") == true);
}

TEST_CASE("a token that clears some apps lists these and their tokens, in pages", "[rights]") {
  Service own;
  World& world = own.world;
  const auto app = [&](const char* name) {
    return must(authority::create_app(*world.store, std::string("arcadia-dev"), name, std::nullopt,
                                      authority::local_actor(), world.now));
  };
  const auto web = app("arcadia-dev-web");
  (void)app("arcadia-dev-jobs");
  std::vector<std::string> of_two;
  for (int i = 0; i < 3; ++i) {
    of_two.push_back(make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api").id);
    of_two.push_back(make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-web").id);
    (void)make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-jobs");
    (void)make(world, Profile::kReadonly, "arcadia-dev");
  }
  const std::string jobs = make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-jobs").id;
  CaveatSet two_apps;
  two_apps.apps({{world.dev_api.id, kAllActions}, {web.id, kAllActions}});
  const std::string token = narrowed(world.mint(Profile::kOrg, "arcadia-dev"), two_apps);
  REQUIRE(support::eventually([&] { return tell(own.daemon, token, "GET", "/v1/apps").body.at("apps").size() == 2; },
                              std::chrono::seconds(2)));

  const auto ids_in = [](const json& body) {
    std::vector<std::string> ids;
    for (const json& one : body.at("tokens")) ids.push_back(one.at("id"));
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  std::sort(of_two.begin(), of_two.end());
  CHECK(ids_in(tell(own.daemon, token, "GET", "/v1/tokens").body) == of_two);
  std::vector<std::string> paged;
  std::string after;
  for (int page = 0; page < 3; ++page) {
    const Told told = tell(own.daemon, token, "GET", "/v1/tokens?limit=2" + after);
    REQUIRE(told.status == 200);
    REQUIRE(told.body.at("tokens").size() == 2);
    for (const json& one : told.body.at("tokens")) paged.push_back(one.at("id"));
    CHECK(told.body.contains("next") == (page < 2));
    if (page < 2) after = "&after=" + told.body.at("next").get<std::string>();
  }
  std::sort(paged.begin(), paged.end());
  CHECK(paged == of_two);
  CHECK(tell(own.daemon, token, "GET", "/v1/tokens?after=" + jobs).outcome() == "404 unknown");
  const std::string deploy = make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-jobs").header;
  const Told apps = tell(own.daemon, deploy, "GET", "/v1/apps");
  REQUIRE(apps.body.at("apps").size() == 1);
  CHECK(apps.body.at("apps").at(0).at("name") == "arcadia-dev-jobs");
  CHECK(tell(own.daemon, deploy, "GET", "/v1/tokens").body.at("tokens").size() == 5);

  // A token that clears no app, and not the org either, is refused as before.
  CaveatSet none;
  none.apps({{4711, kAllActions}});
  const std::string lost = narrowed(world.mint(Profile::kOrg, "arcadia-dev"), none);
  CHECK(tell(own.daemon, lost, "GET", "/v1/tokens").outcome() == "403 not_allowed");
}

TEST_CASE("a token that does not verify is told why, and nothing else", "[rights]") {
  World& world = service().world;
  const std::string good = world.mint(Profile::kOrg, "arcadia-dev");
  CaveatSet of_dev;
  of_dev.organization(world.dev.id, kAllActions);
  const std::string elsewhere = world.forge("arcadia-dev", "https://elsewhere.example/v1", of_dev);
  const std::string truncated = good.substr(0, 51);
  struct Bad {
    std::string token;
    const char* outcome;
  };
  for (const Bad& bad : {Bad{"", "401 missing_token"}, Bad{"nonsense", "401 malformed"},
                         Bad{"Bearer abc", "401 malformed"}, Bad{truncated, "401 truncated"},
                         Bad{with_broken_tail(good), "401 bad_signature"}, Bad{elsewhere, "401 wrong_location"}}) {
    const std::string first = tell(service().daemon, bad.token, "GET", "/v1/whoami").text;
    struct Question {
      const char* method;
      const char* target;
      json body;
    };
    for (const Question& question :
         {Question{"GET", "/v1/whoami", nullptr}, Question{"GET", "/v1/tokens?bad=1", nullptr},
          Question{"POST", "/v1/tokens", {{"profile", "org"}}}, Question{"POST", "/v1/tokens", {{"bad", 1}}},
          Question{"DELETE", "/v1/tokens?for=ann@example.com", nullptr}, Question{"POST", "/v1/keys/rotate", nullptr},
          Question{"GET", "/v1/audit", nullptr}}) {
      const Told told = tell(service().daemon, bad.token, question.method, question.target, question.body);
      INFO(bad.outcome << " " << question.method << " " << question.target);
      CHECK(told.outcome() == bad.outcome);
      CHECK(told.text == first);
      CHECK(told.headers.at("www-authenticate") == (bad.token.empty() ? "Bearer" : "Bearer error=\"invalid_token\""));
    }
  }
}

TEST_CASE("a token that is over, or not its org's, asks nothing", "[rights]") {
  World& world = service().world;
  const std::string admin = world.mint(Profile::kOrg, "arcadia-dev");
  CaveatSet over;
  over.validity_window(0, world.now - 10);
  const Told told = tell(service().daemon, narrowed(admin, over), "GET", "/v1/tokens");
  CHECK(told.outcome() == "401 expired");
  CHECK(told.headers.at("www-authenticate") == "Bearer error=\"invalid_token\"");
  CHECK(told.body.at("error").at("ended") == to_rfc3339(world.now - 10));
  CHECK(told.body.at("error").at("message").get<std::string>().find("ended") != std::string::npos);
  // Whatever it may not do besides: a token that is over is not good.
  const std::string readonly = narrowed(world.mint(Profile::kReadonly, "arcadia-dev"), over);
  CHECK(tell(service().daemon, readonly, "POST", "/v1/tokens", {{"profile", "org"}}).outcome() == "401 expired");
  // Beside a good one that may not do this, it is worth renewing if it might have.
  const std::string good = world.mint(Profile::kReadonly, "arcadia-dev");
  const json mint{{"profile", "readonly"}};
  const Told both = tell(service().daemon, good + "," + narrowed(admin, over).substr(6), "POST", "/v1/tokens", mint);
  CHECK(both.outcome() == "401 expired");
  REQUIRE(both.body.at("error").at("reasons").size() == 2);
  CHECK(both.body.at("error").at("reasons").at(0).at("code") == "caveat");
  CHECK(tell(service().daemon, good + "," + readonly.substr(6), "POST", "/v1/tokens", mint).outcome() ==
        "403 not_allowed");

  CaveatSet later;
  later.validity_window(world.now + 1000, world.now + 2000);
  const Told early = tell(service().daemon, narrowed(admin, later), "GET", "/v1/tokens");
  CHECK(early.outcome() == "401 not_yet_valid");
  CHECK(early.body.at("error").at("starts") == to_rfc3339(world.now + 1000));

  CaveatSet of_prod;
  of_prod.organization(world.prod.id, kAllActions);
  const std::string crossed = world.forge("arcadia-dev", authority::kDefaultLocation, of_prod);
  CHECK(tell(service().daemon, crossed, "GET", "/v1/tokens").outcome() == "403 not_allowed");
  CHECK(tell(service().daemon, crossed, "GET", "/v1/tokens?org=arcadia-prod").outcome() == "404 unknown");
}

TEST_CASE("of several tokens the one that allows it is the one that asks", "[rights]") {
  World& world = service().world;
  const Made readonly = make(world, Profile::kReadonly, "arcadia-dev");
  const Made admin = make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "ann@example.com");
  const std::string both = readonly.header + "," + admin.header.substr(std::string("FlyV1 ").size());
  const Told told = tell(service().daemon, both, "POST", "/v1/tokens", {{"profile", "readonly"}});
  REQUIRE(told.status == 201);
  const auto made =
      must(authority::find_token(*world.store, must(parse_token_id(told.body.at("id").get<std::string>()))));
  REQUIRE(made.maker);
  CHECK(to_string(*made.maker) == admin.id);

  // Two copies of one token: the child is restricted as the copy is that allowed it.
  CaveatSet reading;
  reading.action(kRead);
  CaveatSet until;
  until.validity_window(0, world.now + 500);
  const std::string narrow = narrowed(admin.header, reading);
  const std::string wide = narrowed(admin.header, until);
  for (const std::string& bundle : {narrow + "," + wide.substr(6), wide + "," + narrow.substr(6)}) {
    const Told child = tell(service().daemon, bundle, "POST", "/v1/tokens", {{"profile", "org"}});
    REQUIRE(child.status == 201);
    const std::string token = child.body.at("token");
    CHECK(outcome(ask(service().daemon, token, {{"org", "arcadia-dev"}, {"action", "w"}})) == "allowed");
    CHECK(ask(service().daemon, token, {{"org", "arcadia-dev"}, {"action", "r"}}).at("token").at("expires") ==
          child.body.at("expires"));
    const auto seen =
        must(authority::find_token(*world.store, must(parse_token_id(child.body.at("id").get<std::string>()))));
    CHECK(seen.not_after_unix_s == world.now + 500);
  }
}

TEST_CASE("tokens of several orgs must say which they mean", "[rights]") {
  World& world = service().world;
  const std::string both = world.mint(Profile::kOrg, "arcadia-dev") + "," +
                           world.mint(Profile::kReadonly, "arcadia-prod").substr(std::string("FlyV1 ").size());
  CHECK(tell(service().daemon, both, "GET", "/v1/tokens").outcome() == "400 missing_field");
  CHECK(tell(service().daemon, both, "POST", "/v1/tokens", {{"profile", "readonly"}}).outcome() == "400 missing_field");
  CHECK(tell(service().daemon, both, "GET", "/v1/whoami").status == 200);
  const Told orgs = tell(service().daemon, both, "GET", "/v1/orgs?org=arcadia-prod");
  REQUIRE(orgs.status == 200);
  CHECK(orgs.body.at("orgs").at(0).at("name") == "arcadia-prod");
  const json readonly{{"profile", "readonly"}};
  json for_dev = readonly, for_prod = readonly, for_none = readonly;
  for_dev["org"] = world.dev.id;
  for_prod["org"] = "arcadia-prod";
  for_none["org"] = "arcadia-test";
  CHECK(tell(service().daemon, both, "POST", "/v1/tokens", for_dev).status == 201);
  CHECK(tell(service().daemon, both, "POST", "/v1/tokens", for_prod).outcome() == "403 not_allowed");
  CHECK(tell(service().daemon, both, "POST", "/v1/tokens", for_none).outcome() == "404 unknown");
}
