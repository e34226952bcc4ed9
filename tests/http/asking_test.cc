// How the registry is to be asked: routes, methods, queries, bodies.
#include <string_view>

#include "registry_world.h"
#include "requests/query.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;

namespace {

Service& service() {
  static Service one;
  return one;
}

const std::string& admin() {
  static const std::string token = service().world.mint(Profile::kOrg, "arcadia-dev");
  return token;
}

std::string outcome_of(const std::string& method, const std::string& target, const json& body = nullptr) {
  return tell(service().daemon, admin(), method, target, body).outcome();
}

/// What a query comes to where `a` and `bc` are known: their values, or the refusal.
std::string read(std::string_view query) {
  static constexpr std::string_view kKnown[] = {"a", "bc"};
  const auto parsed = tokend::Query::parse(query, kKnown);
  if (!parsed) return json::parse(parsed.error().body).at("error").at("code");
  std::string values;
  for (const std::string_view name : kKnown) {
    if (const std::string* value = parsed->find(name)) values += std::string(name) + "=" + *value + ";";
  }
  return values;
}

}  // namespace

TEST_CASE("a query is read strictly", "[asking]") {
  CHECK(read("") == "");
  CHECK(read("a=1") == "a=1;");
  CHECK(read("bc=2&a=1") == "a=1;bc=2;");
  CHECK(read("a=x%20y%2Bz+%c3%A9") == "a=x y+z+\xc3\xa9;");
  CHECK(read("a=b=c") == "a=b=c;");
  for (const char* bad : {"&", "a=1&", "a=1&&bc=2", "&a=1", "a", "a&bc=1"}) CHECK(read(bad) == "bad_request");
  for (const char* bad : {"d=1", "A=1", "%61=1", "a%3d1=2", "=1", " a=1", "ab=1"}) CHECK(read(bad) == "unknown_field");
  for (const char* bad : {"a=1&a=1", "a=1&a=2", "a=", "a=%", "a=%4", "a=%4g", "a=%g4", "a=%%41", "a=%00", "a=%0a",
                          "a=%7f", "a=%ff", "a=%c0%80", "a=\xc3\xa9", "a=x y", "a=%u0041"}) {
    INFO(bad);
    CHECK(read(bad) == "bad_field");
  }
  CHECK(read("a=" + std::string(4096, 'x')) == "a=" + std::string(4096, 'x') + ";");
  CHECK(read("a=" + std::string(4097, 'x')) == "bad_field");
}

TEST_CASE("each route has its own parameters", "[asking]") {
  for (const char* target : {"/v1/whoami?org=arcadia-dev", "/v1/orgs?for=x", "/v1/apps?limit=1", "/v1/keys?app=x",
                             "/v1/audit?app=x", "/v1/tokens?holder=x", "/v1/tokens?org=arcadia-dev&x=1"}) {
    INFO(target);
    CHECK(outcome_of("GET", target) == "400 unknown_field");
  }
  CHECK(outcome_of("POST", "/v1/tokens?org=arcadia-dev", {{"profile", "org"}}) == "400 unknown_field");
  CHECK(outcome_of("DELETE", "/v1/tokens?for=x&name=y") == "400 unknown_field");
  CHECK(tell(service().daemon, admin(), "GET", "/v1/tokens?exipring=2d").body.at("error").at("message") ==
        "There is no parameter exipring; did you mean expiring?");
  CHECK(outcome_of("GET", "/v1/whoami?") == "200");
  for (const char* target :
       {"/v1/tokens?expired=yes", "/v1/tokens?expired=", "/v1/tokens?revoked=1", "/v1/tokens?expiring=soon",
        "/v1/tokens?expiring=never", "/v1/tokens?profile=none", "/v1/tokens?limit=0", "/v1/tokens?limit=-1",
        "/v1/tokens?limit=1000000", "/v1/tokens?limit=1x", "/v1/tokens?after=x", "/v1/tokens?org=0",
        "/v1/tokens?app=9007199254740992", "/v1/tokens?app=No%20Name", "/v1/audit?since=yesterday",
        "/v1/audit?since=-1h", "/v1/tokens/not-an-id", "/v1/tokens/00000000-0000-5000-8000-00000000000%30",
        "/v1/tokens?org=arcadia-dev&org=arcadia-dev"}) {
    INFO(target);
    CHECK(outcome_of("GET", target) == "400 bad_field");
  }
}

TEST_CASE("nobody's tokens are revoked by leaving out whose", "[asking]") {
  CHECK(outcome_of("DELETE", "/v1/tokens") == "400 missing_field");
  CHECK(outcome_of("DELETE", "/v1/tokens?app=arcadia-dev-api") == "400 missing_field");
  CHECK(outcome_of("DELETE", "/v1/tokens?for=") == "400 bad_field");
  for (const char* blank : {"%20", "%20%20", "%c2%a0", "%e3%80%80"}) {
    CHECK(outcome_of("DELETE", std::string("/v1/tokens?for=") + blank) == "400 bad_field");
  }
  CHECK(outcome_of("GET", "/v1/whoami") == "200");  // which it would not be
}

TEST_CASE("paths are exact, and methods are told", "[asking]") {
  for (const char* target : {"/v1/tokens/", "/v1/tokens/a/b", "/v1/Tokens", "/v1/%74okens", "/v1/keys/", "/v1/keys/x",
                             "//v1/tokens", "/v1/tokens#x", "/v1/whoami/", "/v1/audit/1", "/v1/org"}) {
    INFO(target);
    CHECK(outcome_of("GET", target) == "404 not_found");
  }
  const auto hint = [](const std::string& target) {
    const std::string message = tell(service().daemon, admin(), "GET", target).body.at("error").at("message");
    return message.find("Did you mean ") == std::string::npos ? message : message.substr(message.find("Did you mean"));
  };
  CHECK(hint("/v1/tokens/") == "Did you mean /v1/tokens?");
  CHECK(hint("/v1/Tokens?limit=3") == "Did you mean /v1/tokens?");
  CHECK(hint("/v1/org") == "Did you mean /v1/orgs?");
  CHECK(hint("/v1/verfy/batch") == "Did you mean /v1/verify/batch?");
  CHECK(hint("/v1/verify?x=1") == "/v1/verify takes no query: leave out what follows the ?.");
  CHECK(hint("/verify") == "Did you mean /v1/verify?");
  CHECK(hint("/v1/token/00000000-0000-5000-8000-000000000001") == "Did you mean /v1/tokens/{id}?");
  CHECK(hint("/v1/key/rotate") == "Did you mean /v1/keys/rotate?");
  CHECK(hint("/readzy") == "Did you mean /readyz?");
  CHECK(hint("/metrics").find("There is nothing at /metrics. There are /v1/verify, /v1/verify/batch, /livez, ") == 0);
  CHECK(hint("/" + std::string(3000, 'v')).size() < 600);
  const auto allow = [](const std::string& method, const std::string& target) {
    const Told told = tell(service().daemon, admin(), method, target);
    CHECK(told.outcome() == "405 method_not_allowed");
    return told.headers.at("allow");
  };
  CHECK(allow("POST", "/v1/whoami") == "GET");
  CHECK(allow("PUT", "/v1/tokens") == "GET, POST, DELETE");
  CHECK(allow("POST", "/v1/tokens/00000000-0000-5000-8000-000000000001") == "GET, DELETE");
  CHECK(allow("GET", "/v1/keys/rotate") == "POST");
  CHECK(allow("DELETE", "/v1/keys") == "GET");
  CHECK(allow("PATCH", "/v1/audit") == "GET");
}

TEST_CASE("a body is read where there is one to read, and strictly", "[asking]") {
  CHECK(outcome_of("GET", "/v1/tokens", json::object()) == "400 bad_request");
  CHECK(outcome_of("DELETE", "/v1/tokens?for=x", {{"for", "y"}}) == "400 bad_request");
  const auto raw = [](const std::string& body) {
    const auto answer =
        support::post(service().daemon.port(), "/v1/tokens", body, "Authorization: " + admin() + "\r\n");
    return std::to_string(answer.status) + " " + json::parse(answer.body).at("error").at("code").get<std::string>();
  };
  for (const char* bad : {"", "{", "[]", "null", R"({"profile":"org","profile":"org"})", R"({"profile":null})",
                          R"({"profile":"org"} x)"}) {
    INFO(bad);
    CHECK(raw(bad) == "400 bad_json");
  }
  CHECK(raw("{}") == "400 missing_field");
  CHECK(raw(R"({"profile":"org","maker":"x"})") == "400 unknown_field");
  CHECK(raw(R"({"profile":"deploy"})") == "400 missing_field");
  CHECK(raw(R"({"profile":"machine-exec","app":"arcadia-dev-api"})") == "400 missing_field");
  CHECK(raw(R"({"profile":"machine-exec","app":"arcadia-dev-api","commands":[]})") == "400 missing_field");
  CHECK(raw(R"({"profile":"machine-exec","app":"arcadia-dev-api","commands":[{}]})") == "400 missing_field");
  CHECK(raw(R"({"profile":"machine-exec","app":"arcadia-dev-api","commands":[{"args":["ls"],"x":1}]})") ==
        "400 unknown_field");
  for (const char* bad :
       {R"({"profile":7})", R"({"profile":"none"})", R"({"profile":"org","role":"owner"})",
        R"({"profile":"readonly","role":"admin"})", R"({"profile":"org","app":"arcadia-dev-api"})",
        R"({"profile":"org","commands":[]})", R"({"profile":"org","expiry":"soon"})", R"({"profile":"org","expiry":1})",
        R"({"profile":"org","expiry":"0h"})", R"({"profile":"org","org":-1})", R"({"profile":"org","org":true})",
        R"({"profile":"org","name":7})", R"({"profile":"org","for":["x"]})",
        R"({"profile":"machine-exec","app":"arcadia-dev-api","commands":["ls"]})",
        R"({"profile":"machine-exec","app":"arcadia-dev-api","commands":[{"args":[]}]})",
        R"({"profile":"machine-exec","app":"arcadia-dev-api","commands":[{"args":["ls"],"exact":1}]})"}) {
    INFO(bad);
    CHECK(raw(bad) == "400 bad_field");
  }
  CHECK(raw(json{{"profile", "org"}, {"name", std::string(201, 'x')}}.dump()) == "400 bad_field");
  CHECK(raw(R"({"profile":"org","org":")" + std::to_string(service().world.dev.id) + "\"}") == "404 unknown");
  CHECK(support::post(service().daemon.port(), "/v1/tokens", std::string(65537, ' '), "").status == 413);
  CHECK(outcome_of("POST", "/v1/keys/rotate?org=arcadia-dev", {{"org", "arcadia-dev"}}) == "400 bad_field");
  CHECK(outcome_of("POST", "/v1/keys/rotate", {{"app", "arcadia-dev-api"}}) == "400 unknown_field");
}
