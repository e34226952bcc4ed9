#include <random>
#include <string>

#include "authority/judge/question_json.h"
#include "framed.h"
#include "settings/settings_file.h"
#include "support/catch.h"

using namespace tokend;
using libtoken::authority::ParsedQuestion;

TEST_CASE("a head is taken as it came", "[head]") {
  const std::string bytes =
      "POST /v1/%76erify?a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\nREMOTE_ADDR: 8.8.8.8\r\nContent-Type: a/b\r\n"
      "authorization:  FlyV1 fm2_AAAA \r\nCONTENT-LENGTH: 3\r\nExpect: 100-Continue\r\n\r\n{ }";
  const auto look = Framer().look(bytes, tokend::max_body_bytes);
  REQUIRE(look.state == Framer::State::kWhole);
  CHECK(look.head.method == "POST");
  CHECK(look.head.target == "/v1/%76erify?a");
  CHECK(look.head.authorization == "FlyV1 fm2_AAAA");
  CHECK(look.head.expects_continue);
  CHECK(look.head.keep_alive);
  CHECK(look.body == "{ }");
  CHECK(look.size == bytes.size());
}

TEST_CASE("old clients and those who say so get the connection's end", "[head]") {
  for (const char* head :
       {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive , Close\r\n\r\n"}) {
    const auto look = Framer().look(head, tokend::max_body_bytes);
    REQUIRE(look.state == Framer::State::kWhole);
    CHECK_FALSE(look.head.keep_alive);
  }
  CHECK_FALSE(Framer()
                  .look("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", tokend::max_body_bytes)
                  .head.expects_continue);
}

TEST_CASE("what can be understood in two ways is refused", "[head]") {
  const std::string line = "GET / HTTP/1.1\r\nHost: x\r\n";
  CHECK(status_of(line + "\r\n") == 200);
  for (const char* fields :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "Content-Length: 0x1\r\n", "Content-Length: -1\r\n",
        "Content-Length: 1 1\r\n", "Authorization: a\r\nAuthorization: a\r\n", "Authorization: %41\r\n", "X\r\n",
        ": x\r\n", "X : y\r\n", "Host: a\r\nHost: a\r\n", " X: y\r\n", "X: a\rb\r\n", "X: a\nb\r\n", "X: \x1b\r\n",
        "X: \x7f\r\n"}) {
    INFO(fields);
    CHECK(status_of(line + fields + "\r\n") == 400);
  }
  CHECK(status_of(line + std::string("X: \0\r\n\r\n", 8)) == 400);
  for (const char* first : {"GET /", "GET  HTTP/1.1", "GET / x HTTP/1.1", "GET\t/ HTTP/1.1", " GET / HTTP/1.1",
                            "G(T / HTTP/1.1", "\r\n\r\nGET / HTTP/1.1"}) {
    INFO(first);
    CHECK(status_of(std::string(first) + "\r\n\r\n") == 400);
  }
  for (const char* version : {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9"}) {
    INFO(version);
    CHECK(status_of(std::string("GET / ") + version + "\r\n\r\n") == 505);
  }
  for (const char* version :
       {"HTTP/1", "HTTP/1.10", "HTTP/11", "http/1.1", "HTTP/1.x", "HTTP/ 1.1", "HTTPS/1.1", "1.1"}) {
    INFO(version);
    CHECK(status_of(std::string("GET / ") + version + "\r\n\r\n") == 400);
  }
  for (const char* encoding :
       {"", "gzip", "identity", "gzip, chunked", "chunked, chunked", "chunked;x", "\"chunked\""}) {
    INFO(encoding);
    CHECK(status_of(line + "Transfer-Encoding: " + encoding + "\r\n\r\n") == 501);
  }
  CHECK(status_of(line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
  CHECK(status_of(line + "Expect: 200-ok\r\n\r\n") == 417);
  CHECK(status_of(line + "Content-Encoding: identity\r\n\r\n") == 415);
  CHECK(status_of(line + "Content-Encoding: br\r\n\r\n") == 415);
  CHECK(status_of(line + "Content-Length: 65537\r\n\r\n") == 413);
}

TEST_CASE("of a target in absolute form the path is taken", "[head]") {
  const auto target_of = [](const std::string& target, const char* method = "GET") -> std::string {
    const std::string head = std::string(method) + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto look = Framer().look(head, tokend::max_body_bytes);
    return look.state == Framer::State::kWhole ? std::string(look.head.target) : std::to_string(look.refusal.status);
  };
  CHECK(target_of("http://tokens.example/v1/apps?org=7") == "/v1/apps?org=7");
  CHECK(target_of("HTTPS://[::1]:8080/") == "/");
  CHECK(target_of("http://tokens.example") == "/");
  CHECK(target_of("*", "OPTIONS") == "*");
  CHECK(target_of("tokens.example:443", "CONNECT") == "tokens.example:443");
  CHECK(target_of("//tokens.example/v1/apps") == "//tokens.example/v1/apps");
  for (const char* target :
       {"v1/apps", "ftp://x/", "http:/v1/apps", "http:///v1/apps", "http://", "http://a@b/", "http://x?y", "http://x#y",
        "http", "https", "http:", "http:/", "http://\xc3\xa9/", "javascript:x"}) {
    INFO(target);
    CHECK(target_of(target) == "400");
  }
  // The limit of a body is that of the path.
  const std::string batch = "POST http://x/v1/verify/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n";
  CHECK(status_of(batch) == 200);
}

TEST_CASE("a request says once which host it is for", "[head]") {
  CHECK(status_of("GET / HTTP/1.0\r\n\r\n") == 200);
  for (const char* host : {"", "x", "localhost:8080", "[::1]:8080", "xn--a.example", "a%20b"}) {
    INFO(host);
    CHECK(status_of(std::string("GET / HTTP/1.1\r\nhOST: ") + host + "\r\n\r\n") == 200);
  }
  for (const char* fields : {"", "X: y\r\n", "Host: a\r\nX: y\r\nhost: a\r\n", "Host: a b\r\n", "Host: a/b\r\n",
                             "Host: a@b\r\n", "Host: a?b\r\n", "Host: \xc3\xa9\r\n", "Hosts: a\r\n"}) {
    INFO(fields);
    CHECK(status_of(std::string("GET / HTTP/1.1\r\n") + fields + "\r\n") == 400);
  }
  CHECK(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("a body's limit is its route's", "[head]") {
  const auto length = [](const char* target, std::size_t bytes) {
    return status_of(std::string("POST ") + target +
                     " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n");
  };
  CHECK(length("/v1/verify", kMaxBodyBytes) == 200);
  CHECK(length("/v1/verify", kMaxBodyBytes + 1) == 413);
  CHECK(length("/v1/verify/batch", kMaxBatchBodyBytes) == 200);
  CHECK(length("/v1/verify/batch", kMaxBatchBodyBytes + 1) == 413);
  CHECK(length("/v1/verify/batch?", kMaxBodyBytes + 1) == 413);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n") == 413);
}

TEST_CASE("a head's limits are met to the byte and the line", "[head]") {
  const std::string line = "GET / HTTP/1.1\r\nHost: x\r\n";
  const auto of_size = [&](std::size_t bytes) {
    return line + "X: " + std::string(bytes - line.size() - 7, 'x') + "\r\n\r\n";
  };
  CHECK(of_size(kMaxHeadBytes).size() == kMaxHeadBytes);
  CHECK(status_of(of_size(kMaxHeadBytes)) == 200);
  CHECK(status_of(of_size(kMaxHeadBytes + 1)) == 431);
  CHECK(status_of(of_size(4 * kMaxHeadBytes)) == 431);
  const auto of_lines = [&](std::size_t lines) {
    std::string head = line;
    for (std::size_t i = 2; i < lines; ++i) head += "X: y\r\n";
    return head + "\r\n";
  };
  CHECK(status_of(of_lines(kMaxHeadLines)) == 200);
  CHECK(status_of(of_lines(kMaxHeadLines + 1)) == 431);
}

TEST_CASE("a request may come in any pieces, and one after another", "[head]") {
  const std::string first =
      "POST /v1/verify HTTP/1.1\r\nHost: x\r\nAuthorization: FlyV1 x\r\nContent-Length: 5\r\n\r\nGET /";
  const std::string second = "\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  Framer framer;
  for (std::size_t length = 0; length < first.size(); ++length) {
    const auto state = framer.look(first.substr(0, length), tokend::max_body_bytes).state;
    CHECK(state == (length == 0                 ? Framer::State::kNothing
                    : length < first.size() - 5 ? Framer::State::kHead
                                                : Framer::State::kBody));
  }
  const std::string both = first + second;
  const auto look = framer.look(both, tokend::max_body_bytes);
  REQUIRE(look.state == Framer::State::kWhole);
  CHECK(look.body == "GET /");
  CHECK(look.size == first.size());
  const auto next = framer.look(std::string_view(both).substr(look.size), tokend::max_body_bytes);
  REQUIRE(next.state == Framer::State::kWhole);
  CHECK(next.head.target == "/livez");
  CHECK(next.size == second.size());
}

TEST_CASE("a bad byte is refused when it comes, not when the head ends", "[head]") {
  for (const char* head : {"GET / HTTP/1.1\nHost", "G\x01", "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb", "\n"}) {
    INFO(head);
    CHECK(status_of(head) == 400);
  }
}

TEST_CASE("a settings file is TOML without tables", "[head]") {
  const auto settings = parse_settings_file(
      "# a remark\n\nlisten = \"127.0.0.1:0\"  # here too\r\n  drain='5s'\ninsecure-listen = true\nx = "
      "\"a\\\"\\\\#b\"\nn = 12\nu = \"\\u0041\\u000a\"\n\"m\" = '''\na\nb'''\nz = 1_000");
  REQUIRE(settings);
  CHECK(settings->at("listen").value == "127.0.0.1:0");
  CHECK(settings->at("listen").line == 3);
  CHECK(settings->at("drain").value == "5s");
  CHECK(settings->at("insecure-listen").value == "true");
  CHECK(settings->at("x").value == "a\"\\#b");
  CHECK(settings->at("n").value == "12");
  CHECK(settings->at("u").value == "A\n");
  CHECK(settings->at("m").value == "a\nb");
  CHECK(settings->at("z").value == "1000");
  CHECK(settings->at("z").line == 12);
  for (const char* bad : {"listen",
                          "listen =",
                          "= 1",
                          "listen = 127.0.0.1",
                          "[tokend]",
                          "a = \"x",
                          "a = \"x\" y",
                          "a = 'x",
                          "a = 1\na = 1",
                          "a = \"\\u0000\"",
                          "a = \"\\ud800\"",
                          "a = [1]",
                          "a.b = 1",
                          "a = {b = 1}",
                          "[[a]]",
                          "a = [[[[",
                          "a = yes",
                          "a = 01",
                          "a = 99999999999999999999",
                          "a = 1.5",
                          "a = 2026-01-01",
                          "a = \"\x01\"",
                          "a = \"\xff\"",
                          "a = '''\xff'''",
                          "a = 1 \xc3\xa9"}) {
    INFO(bad);
    const auto refused = parse_settings_file(std::string("# one\n") + bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.rfind("line ", 0) == 0);
  }
  const std::string odd = "a\"b\\c\n\t\x1b\x7f\xc3\xa9";
  CHECK(quote_toml(odd) == "\"a\\\"b\\\\c\\u000a\\u0009\\u001b\\u007f\xc3\xa9\"");
  CHECK(parse_settings_file("a = " + quote_toml(odd))->at("a").value == odd);
}

TEST_CASE("a plain body and one that needs a whole parser are read alike", "[head]") {
  const auto shown = [](const std::string& body) -> std::string {
    const auto request = ParsedQuestion::parse(body);
    if (!request) return std::string(request.error().code);
    const auto question = request->question(request->authorization().value_or("none"));
    const auto ref = [](const libtoken::authority::ResourceRef& one) {
      if (const auto* name = std::get_if<std::string_view>(&one)) return "name " + std::string(*name);
      if (const auto* id = std::get_if<std::uint64_t>(&one)) return "id " + std::to_string(*id);
      return std::string("-");
    };
    return std::string(question.authorization) + "|" + ref(question.org) + "|" + ref(question.app) + "|" +
           to_string(question.rest.action) + "|" + std::string(question.rest.machine.value_or("-"));
  };
  for (const std::string access : {R"("action":"r")",
                                   R"("action":"rw","org":7)",
                                   R"("org":"a","app":"b","action":"*")",
                                   R"("action":"r","org":07)",
                                   R"("action":"r","org":1.0)",
                                   R"("action":"r","org":1e2)",
                                   R"("action":"r","org":999999999999999)",
                                   R"("action":"r","org":9007199254740991)",
                                   R"("action":"r","org":9007199254740992)",
                                   R"("action":"r","org":0)",
                                   R"("action":"r","action":"r")",
                                   R"("action":"r","org":7,"org":7)",
                                   R"("action":"r","machine":"m")",
                                   R"("action":"r","machine":"m","machine":"m")",
                                   R"("action":"")",
                                   R"("action":"rr")",
                                   R"("org":7)",
                                   R"("now":1)",
                                   R"("action":"r",)",
                                   R"("action":"r" "org":7)",
                                   R"("action":"r","x":"y")",
                                   R"("action":"r","org":-7)"}) {
    const std::string tail = ",\"access\": {" + access + "} }";
    INFO(tail);
    // The escape says nothing, and makes the first parser give up.
    CHECK(shown("{\"authorization\":\"t\"" + tail) == shown("{\"authorization\":\"\\u0074\"" + tail));
  }
  CHECK(shown(R"({"authorization":"t","access":{"org":"a","action":"rw"}})") == "t|name a|-|rw|-");
  CHECK(shown(R"({"access":{"action":"r"},"access":{"action":"r"}})") == "bad_json");
  CHECK(shown(R"({"access":{"action":"r"}} x)") == "bad_json");
}

TEST_CASE("a request keeps its texts when it moves", "[head]") {
  auto parsed =
      ParsedQuestion::parse(R"({"authorization": "t", "access": {"org": "o", "app": 7, "action": "rw", "machine": "m",)"
                            R"( "command": ["ls", "-l"]}})");
  REQUIRE(parsed);
  const ParsedQuestion moved = std::move(*parsed);
  parsed = ParsedQuestion::parse(R"({"access": {"action": "r"}})");
  const auto question = moved.question("token");
  CHECK(question.authorization == "token");
  CHECK(std::get<std::string_view>(question.org) == "o");
  CHECK(std::get<std::uint64_t>(question.app) == 7);
  CHECK(question.rest.action.bits == 3);
  CHECK(question.rest.machine == "m");
  REQUIRE(question.rest.command);
  REQUIRE(question.rest.command->size() == 2);
  CHECK((*question.rest.command)[1] == "-l");
  CHECK_FALSE(question.rest.volume);
}

TEST_CASE("any bytes are one answer: a head or a refusal, a request or a problem", "[head]") {
  std::mt19937 random(20261121);
  const std::string head =
      "POST /v1/verify HTTP/1.1\r\nHost: x\r\nAuthorization: FlyV1 fm2_AAAA\r\nContent-Length: 12\r\nExpect: "
      "100-continue\r\nConnection: close\r\n\r\n";
  const std::string body = R"({"authorization": "FlyV1 fm2_AAAA", "access": {"org": "o", "app": 7, "action": "rw",)"
                           R"( "command": ["ls", "\u00e9"]}})";
  const auto mutated = [&](std::string text) {
    for (auto changes = 1 + random() % 3; changes != 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = static_cast<char>(random()); break;
        case 1: text.erase(at, 1 + random() % 5); break;
        case 2: text.insert(at, 1, static_cast<char>(random())); break;
        default: text.insert(at, text.substr(random() % text.size(), 12)); break;
      }
      if (text.empty()) text = "x";
    }
    return text;
  };
  std::size_t good_heads = 0;
  std::size_t good_bodies = 0;
  for (int i = 0; i < 20000; ++i) {
    const int status = status_of(mutated(head));
    good_heads += status == 200 ? 1 : 0;
    if (status != 0 && status != 200 && (status < 400 || status > 505)) FAIL("status " << status);
    const auto request = ParsedQuestion::parse(mutated(body));
    good_bodies += request ? 1 : 0;
    if (!request && (request.error().code.empty() || request.error().message.empty())) FAIL("a problem without words");
  }
  // Some of both, or this test looks at nothing.
  CHECK(good_heads > 100);
  CHECK(good_heads < 20000);
  CHECK(good_bodies > 100);
  CHECK(good_bodies < 20000);
}
