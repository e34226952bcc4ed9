// FORMAT.md §9.
#include "core_support.h"

using namespace core_test;

namespace {

std::string json_kind(const std::string& text) { return kind_of(parse_caveats_json(text)); }

// The sentence why this body of this type is refused.
std::string refusal(const std::string& type, const std::string& body) {
  const auto parsed = parse_caveats_json(R"({"type":")" + type + R"(","body":)" + body + "}");
  INFO(type << " " << body);
  CHECK(kind_of(parsed) == "malformed");
  return parsed ? "" : parsed.error().message;
}

bool accepted(const std::string& type, const std::string& body) {
  return json_kind(R"({"type":")" + type + R"(","body":)" + body + "}").empty();
}

struct Example {
  const char* type;
  const char* body;
};

// A good body of every type.
constexpr Example kExamples[] = {
    {"Organization", R"({"id":1,"mask":"r"})"},
    {"Volumes", R"({"volumes":{"v":"r"}})"},
    {"Apps", R"({"apps":{"7":"rw"}})"},
    {"ValidityWindow", R"({"not_after":2,"not_before":-1})"},
    {"FeatureSet", R"({"features":{"wg":"rwcdC"}})"},
    {"Mutations", R"({"mutations":["a","b"]})"},
    {"Machines", R"({"machines":{}})"},
    {"ConfineUser", R"({"id":1})"},
    {"ConfineOrganization", R"({"id":1})"},
    {"IsUser", R"({"uint64":18446744073709551615})"},
    {"3P", R"({"Location":"l","Ticket":"QQ==","VerifierKey":""})"},
    {"BindToParentToken", R"("QUI=")"},
    {"IfPresent", R"({"else":"r","ifs":[{"body":{"apps":{"1":"r"}},"type":"Apps"}]})"},
    {"MachineFeatureSet", R"({"features":{"m":""}})"},
    {"FromMachineSource", R"({"id":"m"})"},
    {"Clusters", R"({"clusters":{"c":"d"}})"},
    {"ConfineGoogleHD", R"("example.com")"},
    {"ConfineGitHubOrg", "5"},
    {"MaxValidity", "3600"},
    {"IsMember", "{}"},
    {"FlyioUserID", "6"},
    {"GitHubUserID", "7"},
    {"GoogleUserID", R"("115792089237316195423570985008687907853269984665640564039457584007913129639935")"},
    {"Action", R"("rC")"},
    {"Commands", R"([{"args":["ls"],"exact":true},{"args":[]}])"},
    {"AppFeatureSet", R"({"features":{"f":"w"}})"},
    {"StorageObjects", R"({"storage_objects":{"s3://":"c"}})"},
    {"AllowedRoles", "4294967295"},
    {"FlySrc", R"({"app":"a","instance":"i","organization":"o"})"},
};

}  // namespace

TEST_CASE("JSON of every type reads and comes back as it was") {
  CHECK(std::size(kExamples) == 29);
  for (const Example& example : kExamples) {
    const Json json = {{"type", example.type}, {"body", Json::parse(example.body)}};
    INFO(json.dump());
    const auto parsed = parse_caveats_json(json.dump());
    REQUIRE(kind_of(parsed) == "");
    CHECK(parsed->size() == 1);
    CHECK(caveat_to_json(Decoded(*parsed)[0]) == json);
  }
}

TEST_CASE("a body with a member missing, unknown or null is refused, whatever its type") {
  std::size_t missing = 0, unknown = 0, nulls = 0;
  for (const Example& example : kExamples) {
    const auto body = Json::parse(example.body);
    CHECK(refusal(example.type, "null") != "");
    if (!body.is_object()) {
      CHECK(refusal(example.type, "{}") != "");
      continue;
    }
    Json more = body;
    more["more"] = 1;
    CHECK(contains(refusal(example.type, more.dump()), "\"more\" is unknown"));
    ++unknown;
    CHECK(refusal(example.type, "[]") != "");
    CHECK(refusal(example.type, "1") != "");
    for (const auto& [name, value] : body.items()) {
      Json less = body;
      less.erase(name);
      CHECK(contains(refusal(example.type, less.dump()), "\"" + name + "\" is missing"));
      ++missing;
      Json empty = body;
      empty[name] = nullptr;
      CHECK(contains(refusal(example.type, empty.dump()), "null"));
      ++nulls;
    }
  }
  CHECK(missing == nulls);
  CHECK(missing > 20);
  CHECK(unknown > 15);
}

TEST_CASE("a caveat has a type and a body and nothing else") {
  CHECK(json_kind(R"({"type":"IsMember","body":{}})") == "");
  for (const char* bad : {R"({"type":"IsMember"})", R"({"body":{}})", "{}", R"({"type":"IsMember","body":{},"x":1})",
                          R"({"Type":"IsMember","body":{}})", "1", "\"IsMember\"", "true", "null", "[1]", "[[]]",
                          R"([{"type":"IsMember","body":{}},null])"})
    CHECK(json_kind(bad) == "malformed");
  CHECK(value_of(parse_caveats_json("[]")).empty());
}

TEST_CASE("repeated members are refused at any depth") {
  for (
      const char* bad :
      {R"({"type":"IsMember","type":"IsMember","body":{}})", R"({"type":"IsMember","body":{},"body":{}})",
       R"({"type":"Apps","body":{"apps":{"1":"r","1":"r"}}})", R"({"type":"Apps","body":{"apps":{},"apps":{}}})",
       R"({"type":"Organization","body":{"id":1,"id":2,"mask":"r"}})",
       R"([{"type":"IfPresent","body":{"ifs":[{"type":"Volumes","body":{"volumes":{"a":"r","\u0061":"w"}}}],"else":"r"}}])"}) {
    const auto parsed = parse_caveats_json(bad);
    INFO(bad);
    CHECK(kind_of(parsed) == "malformed");
    CHECK(contains(parsed.error().message, "repeated"));
  }
}

TEST_CASE("a type is a string: a name, an older name, or a known number in plain decimal") {
  CHECK(value_of(parse_caveats_json(R"({"type":"DeprecatedOrganization","body":{"id":1,"mask":"r"}})")).bytes()[0] ==
        0);
  CHECK(value_of(parse_caveats_json(R"({"type":"DeprecatedApps","body":{"apps":{}}})")).bytes()[0] == 3);
  CHECK(value_of(parse_caveats_json(R"({"type":"NoAdminFeatures","body":{}})")).bytes()[0] == 22);
  CHECK(value_of(parse_caveats_json(R"({"type":"26","body":"r"})")).bytes()[0] == 26);
  CHECK(value_of(parse_caveats_json(R"({"type":"0","body":{"id":1,"mask":"r"}})")).bytes()[0] == 0);
  for (const char* type : {"26",
                           "26.0",
                           "null",
                           "true",
                           "[]",
                           "{}",
                           "\"026\"",
                           "\"+26\"",
                           "\"-0\"",
                           "\" 26\"",
                           "\"2.6e1\"",
                           "\"0x1a\"",
                           "\"1\"",
                           "\"17\"",
                           "\"18\"",
                           "\"200\"",
                           "\"281474976710656\"",
                           "\"18446744073709551616\"",
                           "\"\"",
                           "\"action\"",
                           "\"Action \"",
                           "\"Nonsense\""}) {
    INFO(type);
    CHECK(json_kind(std::string(R"({"type":)") + type + R"(,"body":"r"})") == "malformed");
  }
}

TEST_CASE("an unknown type is shown with its body in hex, and is refused as input") {
  const Json shown = caveat_to_json(Decoded(unknown_caveat())[0]);
  CHECK(shown == Json{{"type", "200"}, {"msgpack", "c3"}});
  CHECK(json_kind(shown.dump()) == "malformed");
  CHECK(json_kind(R"({"type":"200","body":true})") == "malformed");
  CHECK(json_kind(R"({"type":"26","msgpack":"01"})") == "malformed");
  const auto user = caveat_to_json(Decoded(CaveatSet().encoded(hex("cf0001000000000000 90")))[0]);
  CHECK(user["type"] == "281474976710656");
}

TEST_CASE("a number is a plain integer in range") {
  for (const char* bad :
       {"1.0", "1.5", "-1", "-0", "1e3", "1E0", "\"1\"", "true", "[]", "{}", "18446744073709551616", "1e99"}) {
    INFO(bad);
    for (const char* type : {"ConfineGitHubOrg", "MaxValidity", "FlyioUserID", "GitHubUserID", "AllowedRoles"})
      CHECK(refusal(type, bad) != "");
    CHECK(contains(refusal("Organization", std::string(R"({"id":)") + bad + R"(,"mask":"r"})"), "body.id"));
    CHECK(refusal("IsUser", std::string(R"({"uint64":)") + bad + "}") != "");
    CHECK(refusal("ConfineUser", std::string(R"({"id":)") + bad + "}") != "");
  }
  CHECK(accepted("MaxValidity", "18446744073709551615"));
  CHECK(accepted("AllowedRoles", "4294967295"));
  CHECK_FALSE(accepted("AllowedRoles", "4294967296"));
  for (const char* number : {"01", "+1", ".5", "1.", "0x1", "NaN", "Infinity", "1_000"})
    CHECK(json_kind(R"({"type":"MaxValidity","body":)" + std::string(number) + "}") == "malformed");
}

TEST_CASE("a window's ends are signed 64-bit integers") {
  const auto window = [](const std::string& end) {
    return accepted("ValidityWindow", R"({"not_before":)" + end + R"(,"not_after":0})");
  };
  for (const char* good : {"0", "-1", "9223372036854775807", "-9223372036854775808"}) CHECK(window(good));
  for (const char* bad :
       {"-0", "1.0", "1e3", "9223372036854775808", "-9223372036854775809", "\"0\"", "-1.0", "18446744073709551615"}) {
    INFO(bad);
    CHECK_FALSE(window(bad));
  }
}

TEST_CASE("ids as member names are plain decimal") {
  const auto apps = [](const std::string& id) { return accepted("Apps", R"({"apps":{")" + id + R"(":"r"}})"); };
  for (const char* good : {"0", "1", "18446744073709551615"}) CHECK(apps(good));
  for (const char* bad :
       {"", "01", "00", "+1", "-1", "-0", " 1", "1 ", "1.0", "1e3", "0x1", "a", "18446744073709551616", "٣"}) {
    INFO(bad);
    CHECK_FALSE(apps(bad));
  }
}

TEST_CASE("GoogleUserID is a decimal string, or a bare integer, of at most 32 bytes and without a leading zero byte") {
  const auto google = [](const char* json) {
    return to_hex(std::get<GoogleUserID>(
                      Decoded(from_json(R"({"type":"GoogleUserID","body":)" + std::string(json) + "}"))[0].body)
                      .big_endian);
  };
  CHECK(google("\"0\"") == "");
  CHECK(google("0") == "");
  CHECK(google("\"255\"") == "ff");
  CHECK(google("256") == "0100");
  CHECK(google("\"18446744073709551616\"") == "010000000000000000");
  for (const char* bad :
       {"\"\"", "\"00\"", "\"01\"", "\"-1\"", "\"+1\"", "\" 1\"", "\"1.0\"", "\"1e3\"", "\"ff\"", "-1", "-0", "1.0",
        "1e3", "true", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"",
        "18446744073709551616"}) {
    INFO(bad);
    CHECK_FALSE(accepted("GoogleUserID", bad));
  }
}

TEST_CASE("masks are letters in any order, each once, or * alone") {
  CHECK(std::get<ActionCaveat>(Decoded(from_json(R"({"type":"Action","body":"*"})"))[0].body).mask.bits == 0xffff);
  CHECK(caveat_to_json(Decoded(from_json(R"({"type":"Action","body":"*"})"))[0])["body"] == "rwcdC");
  CHECK(caveat_to_json(Decoded(from_json(R"({"type":"Action","body":"Cdr"})"))[0])["body"] == "rdC");
  for (const char* bad : {"\"rr\"", "\"x\"", "\"r*\"", "\"*r\"", "\"**\"", "\"R\"", "31", "true", "[]", "\" r\""}) {
    CHECK(refusal("Action", bad) != "");
    CHECK(contains(refusal("Organization", std::string(R"({"id":1,"mask":)") + bad + "}"), "body.mask"));
    CHECK(contains(refusal("Volumes", std::string(R"({"volumes":{"v":)") + bad + "}}"), "body.volumes.v"));
    CHECK(refusal("IfPresent", std::string(R"({"ifs":[],"else":)") + bad + "}") != "");
  }
}

TEST_CASE("strings, lists and booleans are nothing else") {
  for (const char* bad : {"1", "true", "[]", "{}"}) {
    CHECK(refusal("ConfineGoogleHD", bad) != "");
    CHECK(refusal("BindToParentToken", bad) != "");
    CHECK(refusal("FromMachineSource", std::string(R"({"id":)") + bad + "}") != "");
    CHECK(refusal("FlySrc", std::string(R"({"organization":"","app":)") + bad + R"(,"instance":""})") != "");
    CHECK(refusal("Mutations", std::string(R"({"mutations":[)") + bad + "]}") != "");
  }
  for (const char* bad : {"1", "true", "\"a\"", "{}"}) {
    CHECK(refusal("Mutations", std::string(R"({"mutations":)") + bad + "}") != "");
    CHECK(refusal("Commands", bad) != "");
    CHECK(refusal("IfPresent", std::string(R"({"ifs":)") + bad + R"(,"else":""})") != "");
  }
  for (const char* bad :
       {R"([{"exact":true}])", R"([{"args":"ls"}])", R"([{"args":[1]}])", R"([{"args":[],"exact":1}])",
        R"([{"args":[],"exact":"true"}])", R"([{"args":[],"more":1}])", "[[]]", "[null]"})
    CHECK(refusal("Commands", bad) != "");
  for (const char* bad : {"\"QQ\"", "\"QR==\"", "\"Q Q=\"", "\"!\""}) CHECK(refusal("BindToParentToken", bad) != "");
}

TEST_CASE("in ifs a third-party caveat, binding or attestation is refused at any depth") {
  for (const Example& example : kExamples) {
    const std::string inner = R"([{"type":")" + std::string(example.type) + R"(","body":)" + example.body + "}]";
    const std::string once = R"({"type":"IfPresent","body":{"ifs":)" + inner + R"(,"else":""}})";
    const std::string twice = R"({"type":"IfPresent","body":{"ifs":[)" + once + R"(],"else":""}})";
    const std::string_view type = example.type;
    const bool refused = type == "3P" || type == "BindToParentToken" || type == "FlyioUserID" ||
                         type == "GitHubUserID" || type == "GoogleUserID";
    INFO(type);
    CHECK(json_kind(once) == (refused ? "malformed" : ""));
    CHECK(json_kind(twice) == (refused ? "malformed" : ""));
  }
}

TEST_CASE("the sentence names the place of the fault") {
  const auto message = [](const char* text) { return parse_caveats_json(text).error().message; };
  CHECK(message(R"([{"type":"IsMember","body":{}},{"type":"Organization","body":{"id":"1","mask":"r"}}])")
            .rfind("[1].body.id: ", 0) == 0);
  CHECK(message(R"({"type":"Organization","body":{"id":1,"mask":"rr"}})").rfind("body.mask: ", 0) == 0);
  CHECK(message(R"([{"type":"IfPresent","body":{"ifs":[{"type":"Apps","body":{"apps":{"x":"r"}}}],"else":""}}])")
            .rfind("[0].body.ifs[0].body.apps.x: ", 0) == 0);
  CHECK(message(R"({"type":"Commands","body":[{"args":["a",2]}]})").rfind("body[0].args[1]: ", 0) == 0);
  CHECK(message(R"({"type":"Nope","body":1})").rfind("type: ", 0) == 0);
  CHECK(contains(message(R"({"type":"Volumes","body":{"volumes":{"\u001b[1m":1}}})"), "\\x1b"));
}

TEST_CASE("caveats that no token can hold are refused") {
  std::string inner = R"({"type":"IsMember","body":{}})";
  for (int i = 1; i < 128; ++i) inner += R"(,{"type":"IsMember","body":{}})";
  CHECK(json_kind(R"({"type":"IfPresent","body":{"ifs":[)" + inner + R"(],"else":""}})") == "too_large");
  CHECK(json_kind(R"({"type":"ConfineGoogleHD","body":")" + std::string(33000, 'a') + "\"}") == "malformed");
}

TEST_CASE("absent lists and sets show as empty, absent bins as an empty string") {
  const auto shown = [](const char* encoded) {
    return caveat_to_json(Decoded(CaveatSet().encoded(hex(encoded)))[0])["body"].dump();
  };
  CHECK(shown("0391c0") == R"({"apps":{}})");
  CHECK(shown("0691c0") == R"({"mutations":[]})");
  CHECK(shown("1bc0") == "[]");
  CHECK(shown("1b9192c0c2") == R"([{"args":[]}])");
  CHECK(shown("0cc0") == "\"\"");
  CHECK(shown("0b93a0c0c0") == R"({"Location":"","Ticket":"","VerifierKey":""})");
}

TEST_CASE("parse_json: 32 deep at most, no null, UTF-8, nothing after the end") {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close,
                         const std::string& core) {
    std::string text = core;
    for (std::size_t i = 0; i < depth; ++i) text = open + text + close;
    return text;
  };
  CHECK(kind_of(parse_json(nested(32, "[", "]", ""))) == "");
  CHECK(kind_of(parse_json(nested(33, "[", "]", ""))) == "malformed");
  CHECK(kind_of(parse_json(nested(32, "{\"a\":", "}", "1"))) == "");
  CHECK(kind_of(parse_json(nested(33, "{\"a\":", "}", "1"))) == "malformed");
  CHECK(kind_of(parse_json(std::string(100000, '['))) == "malformed");
  for (const char* bad :
       {"null", "[null]", "{\"a\":null}", "[] []", "[],", "{} x", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "// x\n1",
        "[\"\xff\"]", "[\"\\ud800\"]", "[\"\n\"]", "tru e", "\xef\xbb\xbf{}x", "[01]", "]"}) {
    INFO(bad);
    CHECK(kind_of(parse_json(bad)) == "malformed");
  }
}

TEST_CASE("parse_json says when the text ends too early") {
  const std::string whole = R"({"type":"Organization","body":{"id":12,"mask":"r"}})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(whole.substr(0, length));
    CHECK(kind_of(parse_json(whole.substr(0, length))) == "truncated");
  }
  CHECK(kind_of(parse_json(whole)) == "");
  for (const char* cut : {"[", "[1", "[1,", "\"a", "{\"a\"", "{\"a\":", "-", "[1e", "  "})
    CHECK(kind_of(parse_json(cut)) == "truncated");
}
