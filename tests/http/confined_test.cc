// Every asker hears of its own org alone.
#include <algorithm>

#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

struct Two {
  World world;
  support::Daemon daemon = start_tokend(world);
  std::string admin = world.mint(Profile::kOrg, "arcadia-dev");
  Made theirs = make(world, Profile::kOrg, "arcadia-prod", std::nullopt, "prod@example.com");
  Made their_deploy = make(world, Profile::kDeploy, "arcadia-prod", "arcadia-prod-api", "prod@example.com");
};

Two& two() {
  static Two one;
  return one;
}

constexpr const char* kNobodys = "00000000-0000-5000-8000-000000000001";

/// An answer without what is its own in every case.
std::string shown(const Told& told) { return std::to_string(told.status) + told.text; }

}  // namespace

TEST_CASE("another org's token is as unknown as one that there is not", "[confined]") {
  for (const char* method : {"GET", "DELETE"}) {
    for (const std::string& theirs : {two().theirs.id, two().their_deploy.id}) {
      INFO(method);
      const Told other = tell(two().daemon, two().admin, method, "/v1/tokens/" + theirs);
      const Told none = tell(two().daemon, two().admin, method, std::string("/v1/tokens/") + kNobodys);
      CHECK(other.outcome() == "404 unknown");
      CHECK(shown(other) == shown(none));
      CHECK(other.headers == none.headers);
    }
  }
  CHECK(outcome(ask(two().daemon, two().theirs.header, {{"org", "arcadia-prod"}, {"action", "r"}})) == "allowed");
}

TEST_CASE("the beginning of an id finds tokens of the asker's org and app alone, whatever their status", "[confined]") {
  Two own;
  const Made mine = make(own.world, Profile::kReadonly, "arcadia-dev");
  const Made deploy = make(own.world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api");
  const auto found = [&](const std::string& token, const std::string& prefix, const std::string& more = "") {
    const Told told = tell(own.daemon, token, "GET", "/v1/tokens?id=" + prefix + more);
    return told.status == 200 ? std::to_string(told.body.at("tokens").size()) : told.outcome();
  };
  CHECK(found(own.admin, mine.id.substr(0, 8)) == "1");
  CHECK(found(own.admin, mine.id.substr(0, 12)) == "1");
  CHECK(found(own.admin, mine.id) == "1");
  CHECK(found(own.admin, "00000000") == "0");
  for (const Made& theirs : {own.theirs, own.their_deploy}) CHECK(found(own.admin, theirs.id.substr(0, 8)) == "0");
  CHECK(found(deploy.header, deploy.id.substr(0, 8), "&app=arcadia-dev-api") == "1");
  CHECK(found(deploy.header, mine.id.substr(0, 8), "&app=arcadia-dev-api") == "0");
  // Without the app it sees what it clears, and nothing else of the org.
  CHECK(found(deploy.header, deploy.id.substr(0, 8)) == "1");
  CHECK(found(deploy.header, mine.id.substr(0, 8)) == "0");
  for (const char* bad : {"", "0000000", "0000000g", "00000000%25", "%2a"})
    CHECK(found(own.admin, bad).starts_with("400"));
  REQUIRE(tell(own.daemon, own.admin, "DELETE", "/v1/tokens/" + mine.id).status == 200);
  CHECK(found(own.admin, mine.id.substr(0, 8)) == "1");
}

TEST_CASE("another org, its apps and its people are as unknown as those that there are not", "[confined]") {
  const auto same = [&](const std::string& method, const std::string& theirs, const std::string& nobodys,
                        const json& their_body, const json& nobodys_body) {
    INFO(method << " " << theirs << " " << their_body.dump());
    const Told other = tell(two().daemon, two().admin, method, theirs, their_body);
    const Told none = tell(two().daemon, two().admin, method, nobodys, nobodys_body);
    CHECK(shown(other) == shown(none));
    return other.outcome();
  };
  const std::string app_id = std::to_string(two().world.prod_api.id);
  for (const char* target : {"/v1/tokens", "/v1/orgs", "/v1/apps"}) {
    const std::string at = target;
    CHECK(same("GET", at + "?app=arcadia-prod-api", at + "?app=nothing", nullptr, nullptr) == "404 unknown");
    CHECK(same("GET", at + "?app=" + app_id, at + "?app=4711", nullptr, nullptr) == "404 unknown");
    CHECK(same("GET", at + "?org=arcadia-prod", at + "?org=nothing", nullptr, nullptr) == "404 unknown");
    CHECK(same("GET", at + "?org=" + std::to_string(two().world.prod.id), at + "?org=4711", nullptr, nullptr) ==
          "404 unknown");
  }
  for (const char* target : {"/v1/keys", "/v1/audit"}) {
    const std::string at = target;
    CHECK(same("GET", at + "?org=arcadia-prod", at + "?org=nothing", nullptr, nullptr) == "404 unknown");
  }
  CHECK(same("POST", "/v1/keys/rotate?org=arcadia-prod", "/v1/keys/rotate?org=nothing", nullptr, nullptr) ==
        "404 unknown");
  CHECK(same("DELETE", "/v1/tokens?for=prod%40example.com", "/v1/tokens?for=nobody%40else.org", nullptr, nullptr) ==
        "200");
  CHECK(same("POST", "/v1/tokens", "/v1/tokens", {{"profile", "deploy"}, {"app", "arcadia-prod-api"}},
             {{"profile", "deploy"}, {"app", "nothing"}}) == "404 unknown");
  CHECK(same("POST", "/v1/tokens", "/v1/tokens", {{"profile", "deploy"}, {"app", two().world.prod_api.id}},
             {{"profile", "deploy"}, {"app", 4711}}) == "404 unknown");
  CHECK(same("POST", "/v1/tokens", "/v1/tokens", {{"profile", "org"}, {"org", "arcadia-prod"}},
             {{"profile", "org"}, {"org", "nothing"}}) == "404 unknown");
  CHECK(outcome(ask(two().daemon, two().theirs.header, {{"org", "arcadia-prod"}, {"action", "r"}})) == "allowed");
}

TEST_CASE("the audit tells another org's thing from one that there is not no better", "[confined]") {
  World& world = two().world;
  const auto entry_of = [&](const std::string& method, const std::string& target, const json& body) {
    CHECK(tell(two().daemon, two().admin, method, target, body).status == 404);
    auto entry = newest_entry(world, world.dev.id);
    return std::to_string(static_cast<int>(entry.action)) + (entry.refused ? " refused " : " done ") + entry.detail;
  };
  CHECK(entry_of("DELETE", "/v1/tokens/" + two().theirs.id, nullptr) ==
        entry_of("DELETE", std::string("/v1/tokens/") + kNobodys, nullptr));
  CHECK(entry_of("POST", "/v1/tokens", {{"profile", "deploy"}, {"app", "arcadia-prod-api"}}) ==
        entry_of("POST", "/v1/tokens", {{"profile", "deploy"}, {"app", "nothing"}}));
  // And the other org hears nothing of it.
  const auto entry = newest_entry(world, world.prod.id);
  CHECK_FALSE(entry.refused);
}

TEST_CASE("lists hold the asker's org alone", "[confined]") {
  World& world = two().world;
  const Told tokens = tell(two().daemon, two().admin, "GET", "/v1/tokens?expired=true&revoked=true");
  REQUIRE(tokens.status == 200);
  CHECK(tokens.body.at("tokens").size() >= 1);
  CHECK(tokens.text.find(two().theirs.id) == std::string::npos);
  CHECK(tokens.text.find("prod") == std::string::npos);
  const Told orgs = tell(two().daemon, two().admin, "GET", "/v1/orgs");
  REQUIRE(orgs.body.at("orgs").size() == 1);
  CHECK(orgs.body.at("orgs").at(0).at("id") == world.dev.id);
  const Told apps = tell(two().daemon, two().admin, "GET", "/v1/apps");
  REQUIRE(apps.body.at("apps").size() == 1);
  CHECK(apps.body.at("apps").at(0).at("name") == "arcadia-dev-api");
  CHECK(tell(two().daemon, two().admin, "GET", "/v1/keys").body.at("keys").size() == 1);
  const Told audit = tell(two().daemon, two().admin, "GET", "/v1/audit");
  for (const json& entry : audit.body.at("entries")) CHECK(entry.at("org") == world.dev.id);
}

TEST_CASE("a list can be asked for in parts, and for what matters", "[confined]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  for (int i = 0; i < 6; ++i) {
    (void)make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api", i < 2 ? "Ann@Example.com" : "");
  }
  const auto count = [&](const std::string& query) {
    const Told told = tell(daemon, admin.header, "GET", "/v1/tokens" + query);
    INFO(told.text);
    REQUIRE(told.status == 200);
    return told.body.at("tokens").size();
  };
  CHECK(count("") == 7);
  CHECK(count("?for=ann@example.com") == 2);
  CHECK(count("?profile=org") == 1);
  CHECK(count("?app=arcadia-dev-api") == 6);
  CHECK(count("?name=nothing") == 0);
  CHECK(count("?expiring=2h") == 7);
  CHECK(count("?expiring=1m") == 0);
  CHECK(count("?made_by=" + admin.id) == 0);
  CHECK(count("?made_by=nobody") == 0);
  CHECK(count("?unused=2001-01-01T00:00:00Z") >= 6);  // the use of the one that asks may have been noted
  REQUIRE(tell(daemon, admin.header, "POST", "/v1/tokens", json{{"profile", "readonly"}, {"name", "ABC"}}).status ==
          201);
  CHECK(count("?made_by=" + admin.id) == 1);
  for (const char* sort : {"created", "name", "for", "expires", "last_used"}) {
    const auto order = [&](const std::string& way) {
      std::vector<std::string> ids;
      const Told page = tell(daemon, admin.header, "GET", "/v1/tokens?sort=" + way + sort);
      for (const json& token : page.body.at("tokens")) ids.push_back(token.at("id"));
      return ids;
    };
    const auto up = order("");
    auto down = order("-");
    std::reverse(down.begin(), down.end());
    CHECK(up.size() == 8);
    CHECK(up == down);
  }
  const json by_name = tell(daemon, admin.header, "GET", "/v1/tokens?sort=-name").body.at("tokens");
  CHECK(by_name.front().at("name") == "ABC");
  for (const char* wrong : {"?sort=size", "?sort=", "?unused=soon"}) {
    CHECK(tell(daemon, admin.header, "GET", std::string("/v1/tokens") + wrong).outcome() == "400 bad_field");
  }
  REQUIRE(tell(daemon, admin.header, "DELETE", "/v1/tokens/" + by_name.front().at("id").get<std::string>()).status ==
          200);

  std::vector<std::string> ids;
  std::string query = "?limit=3";
  for (int pages = 0; pages < 4; ++pages) {
    const Told page = tell(daemon, admin.header, "GET", "/v1/tokens" + query);
    REQUIRE(page.status == 200);
    for (const json& token : page.body.at("tokens")) ids.push_back(token.at("id"));
    if (!page.body.contains("next")) break;
    CHECK(page.body.at("tokens").size() == 3);
    query = "?limit=3&after=" + page.body.at("next").get<std::string>();
  }
  CHECK(ids.size() == 7);
  std::sort(ids.begin(), ids.end());
  CHECK(std::unique(ids.begin(), ids.end()) == ids.end());
  CHECK(tell(daemon, admin.header, "GET", std::string("/v1/tokens?after=") + kNobodys).outcome() == "404 unknown");

  REQUIRE(tell(daemon, admin.header, "DELETE", "/v1/tokens/" + ids.front()).status == 200);
  if (ids.front() != admin.id) {
    CHECK(count("") == 6);
    CHECK(count("?revoked=true") == 8);
  }
}
