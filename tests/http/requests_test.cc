#include <string>

#include "support/catch.h"
#include "world.h"

using nlohmann::json;

namespace {

Service& service() {
  static Service one;
  return one;
}

support::HttpAnswer send(const std::string& body, const std::string& headers = "") {
  return support::post(service().daemon.port(), "/v1/verify", body, headers);
}

/// A body with this text in the place of the access.
std::string with_access(const std::string& access) {
  return R"({"authorization": "FlyV1 fm2_AAAA", "access": )" + access + "}";
}

struct Expected {
  std::string body;
  const char* code;
  const char* named;  ///< must stand in the sentence
};

void check_refused(const Expected& expected) {
  INFO(expected.body);
  const auto answer = send(expected.body);
  CHECK(answer.status == 400);
  CHECK(answer.headers.at("content-type") == "application/json");
  const json error = json::parse(answer.body).at("error");
  CHECK(error.at("code") == expected.code);
  INFO(error.at("message"));
  CHECK(error.at("message").get<std::string>().find(expected.named) != std::string::npos);
}

}  // namespace

TEST_CASE("what is no JSON is no request", "[requests]") {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("nonsense"), std::string("[]"), std::string("\"text\""),
        std::string("7"), std::string("null"), std::string("{} {}"), with_access(R"({"action": "r"})") + "x",
        std::string("{\"access\": {\"\xff\": 1}}"), std::string(60000, '['), std::string("{\"a\0\": 1}", 9),
        std::string("authorization=FlyV1&access=r"), std::string(R"({"access": {'action': 'r'}})"),
        std::string(R"({"access": {"action": "r",}})"), std::string(R"({"access": {"action": NaN}})")}) {
    check_refused({body, "bad_json", ""});
  }
}

TEST_CASE("a member is there once, and never null, at any depth", "[requests]") {
  for (const char* body : {
           R"({"access": {"action": "r"}, "access": {"action": "w"}})",
           R"({"access": {"action": "r", "action": "w"}})",
           R"({"access": {"action": "r", "\u0061ction": "w"}})",
           R"({"access": {"action": "r", "command": [{"a": 1, "a": 2}]}})",
           R"({"access": null})",
           R"({"access": {"action": "r", "org": null}})",
           R"({"access": {"action": "r", "command": [null]}})",
           R"({"authorization": null, "access": {"action": "r"}})",
       }) {
    check_refused({body, "bad_json", ""});
  }
}

TEST_CASE("an unknown field is named", "[requests]") {
  check_refused({R"({"token": "x", "access": {"action": "r"}})", "unknown_field", "token"});
  check_refused({R"({"Access": {"action": "r"}})", "unknown_field", "Access"});
  check_refused({with_access(R"({"action": "r", "organisation": "x"})"), "unknown_field", "access.organisation"});
  check_refused({with_access(R"({"action": "r", "a\u0000\u001b[31m\u202eb": 1})"), "unknown_field", "\\x1b[31m"});
}

TEST_CASE("nobody sets the daemon's clock", "[requests]") {
  check_refused({with_access(R"({"action": "r", "now": 1})"), "unknown_field", "clock"});
  check_refused({R"({"now": 1, "access": {"action": "r"}})", "unknown_field", "clock"});
}

TEST_CASE("a question has an action", "[requests]") {
  check_refused({R"({"authorization": "x"})", "missing_field", "access"});
  check_refused({with_access("{}"), "missing_field", "access.action"});
  check_refused({with_access(R"({"org": "arcadia-prod"})"), "missing_field", "access.action"});
  check_refused({with_access(R"({"action": ""})"), "bad_field", "access.action"});
  check_refused({with_access(R"({"action": "wirte"})"), "bad_field", "words such as read,write; did you mean write?"});
  for (const char* action : {R"("x")", R"("rr")", R"("r ")", R"("R")", R"("r*")", "1", "true", R"(["r"])", "{}"}) {
    check_refused({with_access(std::string(R"({"action": )") + action + "}"), "bad_field", "access.action"});
  }
}

TEST_CASE("a field has its own type", "[requests]") {
  for (const char* access : {R"("r")", "[]", "7", "true"}) check_refused({with_access(access), "bad_field", "access"});
  check_refused({R"({"authorization": 7, "access": {"action": "r"}})", "bad_field", "authorization"});
  for (const char* field : {"org", "app"}) {
    for (const char* value :
         {"0", "-1", "1.0", "1e3", "9007199254740992", "18446744073709551616", "true", "[]", "{}"}) {
      check_refused(
          {with_access(std::string("{\"action\": \"r\", \"") + field + "\": " + value + "}"), "bad_field", field});
    }
  }
  for (const char* field : {"feature", "storage_object", "app_feature", "machine", "volume", "machine_feature",
                            "cluster", "mutation", "source_machine", "source_app", "source_organization"}) {
    for (const char* value : {"1", "true", "[]", "{}"}) {
      check_refused(
          {with_access(std::string("{\"action\": \"r\", \"") + field + "\": " + value + "}"), "bad_field", field});
    }
    const json too_long{{"action", "r"}, {field, std::string(4097, 'x')}};
    check_refused({with_access(too_long.dump()), "bad_field", field});
  }
  for (const char* command : {R"("ls")", "1", "{}", "[1]", R"(["ls", ["-l"]])"}) {
    check_refused(
        {with_access(std::string(R"({"action": "r", "command": )") + command + "}"), "bad_field", "access.command"});
  }
  const json words{{"action", "r"}, {"command", std::vector<std::string>(1025, "x")}};
  check_refused({with_access(words.dump()), "bad_field", "access.command"});
}

TEST_CASE("the largest id is still an id", "[requests]") {
  CHECK(send(with_access(R"({"action": "r", "org": 9007199254740991})")).status == 200);
}

TEST_CASE("there is one token, in the body or in the header", "[requests]") {
  const std::string token = service().world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const std::string header = "Authorization: " + token + "\r\n";
  const json access{{"org", "arcadia-prod"}, {"action", "r"}};
  const std::string without = json{{"access", access}}.dump();
  const std::string with = json{{"authorization", token}, {"access", access}}.dump();

  CHECK(json::parse(send(without, header).body).at("allowed") == true);
  CHECK(json::parse(send(without, "aUTHORIZATION:\t" + token + " \r\n").body).at("allowed") == true);
  CHECK(json::parse(send(with).body).at("allowed") == true);

  const auto both = send(with, header);
  CHECK(both.status == 400);
  CHECK(json::parse(both.body).at("error").at("code") == "two_tokens");
  const auto twice = send(without, header + header);
  CHECK(twice.status == 400);
  for (const auto& none : {send(without), send(without, "Authorization:\r\n"),
                           send(json{{"authorization", ""}, {"access", access}}.dump())}) {
    CHECK(none.status == 400);
    CHECK(json::parse(none.body).at("error").at("code") == "missing_token");
  }
}

TEST_CASE("the header's bytes count as they came", "[requests]") {
  const std::string token = service().world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const std::string body = R"({"access": {"org": "arcadia-prod", "action": "r"}})";
  for (const std::string& value :
       {token + "%00", token + "%0d%0aX-Other: 1", "%46" + token.substr(1), std::string("%25"), std::string("%"),
        token + std::string(1, '\x01'), token + std::string(1, '\0'), token + "\x7f"}) {
    INFO(value);
    const auto answer = send(body, "Authorization: " + value + "\r\n");
    CHECK(answer.status == 400);
    CHECK(json::parse(answer.body).at("error").at("code") == "bad_request");
  }
  // In the body there is nothing to decode: such a token is read, and is none.
  const json in_body{{"authorization", token + "%00"}, {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}};
  CHECK(outcome(json::parse(send(in_body.dump()).body)) == "malformed");
}
