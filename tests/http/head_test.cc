#include <random>
#include <string>

#include "support/catch.h"
#include "tokend/http_head.h"
#include "tokend/settings_file.h"
#include "tokend/verify_request.h"

using namespace tokend;

namespace {

int status_of(const std::string& head) {
  const auto read = read_head(head);
  return read ? 200 : read.error().status;
}

}  // namespace

TEST_CASE("only what means something is handed on", "[head]") {
  const auto head = read_head(
      "POST /v1/verify HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\nREMOTE_ADDR: 8.8.8.8\r\nContent-Type: a/b\r\n"
      "authorization:  FlyV1 fm2_AAAA \r\nCONTENT-LENGTH: 12\r\nAccept-Encoding: br\r\n\r\n");
  REQUIRE(head);
  CHECK(head->forwarded == "POST /v1/verify HTTP/1.1\r\nAuthorization: FlyV1 fm2_AAAA\r\nContent-Length: 12\r\n\r\n");
  CHECK(head->body_bytes == 12);
  CHECK(head->keep_alive);
  CHECK_FALSE(head->chunked);
}

TEST_CASE("chunks end the connection, old clients too", "[head]") {
  const auto chunked = read_head("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n");
  REQUIRE(chunked);
  CHECK(chunked->chunked);
  CHECK_FALSE(chunked->keep_alive);
  CHECK_FALSE(read_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  CHECK_FALSE(read_head("GET / HTTP/1.1\r\nConnection: Keep-Alive , Close\r\n\r\n")->keep_alive);
}

TEST_CASE("what can be understood in two ways is refused", "[head]") {
  const std::string line = "GET / HTTP/1.1\r\n";
  CHECK(status_of(line + "\r\n") == 200);
  for (const char* fields :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "Content-Length: 0x1\r\n", "Content-Length: -1\r\n",
        "Content-Length: 1 1\r\n", "Authorization: a\r\nAuthorization: a\r\n", "Authorization: %41\r\n", "X\r\n",
        ": x\r\n", "X : y\r\n", " X: y\r\n", "X: a\rb\r\n", "X: a\nb\r\n", "X: \x1b\r\n", "X: \x7f\r\n"}) {
    INFO(fields);
    CHECK(status_of(line + fields + "\r\n") == 400);
  }
  CHECK(status_of(line + std::string("X: \0\r\n\r\n", 8)) == 400);
  for (const char* first :
       {"GET /", "GET  HTTP/1.1", "GET / x HTTP/1.1", "GET\t/ HTTP/1.1", " GET / HTTP/1.1", "", "G(T / HTTP/1.1"}) {
    INFO(first);
    CHECK(status_of(std::string(first) + "\r\n\r\n") == 400);
  }
  CHECK(status_of("GET / HTTP/2.0\r\n\r\n") == 505);
  CHECK(status_of(line + "Transfer-Encoding: gzip\r\n\r\n") == 501);
  CHECK(status_of(line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n") == 501);
  CHECK(status_of(line + "Content-Encoding: br\r\n\r\n") == 415);
  CHECK(status_of(line + "Content-Length: 65537\r\n\r\n") == 413);
}

TEST_CASE("every front part of a head is refused, and none crashes", "[head]") {
  const std::string whole = "POST /v1/verify HTTP/1.1\r\nAuthorization: FlyV1 x\r\nContent-Length: 5\r\n\r\n";
  for (std::size_t length = 0; length < whole.size(); ++length) CHECK_FALSE(read_head(whole.substr(0, length)));
  CHECK(read_head(whole));
}

TEST_CASE("a settings file is a small part of TOML", "[head]") {
  const auto settings = parse_settings_file(
      "# a remark\n\nlisten = \"127.0.0.1:0\"  # here too\r\n  drain='5s'\ninsecure-listen = true\nx = "
      "\"a\\\"\\\\#b\"\nn = 12");
  REQUIRE(settings);
  CHECK(settings->at("listen").value == "127.0.0.1:0");
  CHECK(settings->at("listen").line == 3);
  CHECK(settings->at("drain").value == "5s");
  CHECK(settings->at("insecure-listen").value == "true");
  CHECK(settings->at("x").value == "a\"\\#b");
  CHECK(settings->at("n").value == "12");
  for (const char* bad :
       {"listen", "listen =", "= 1", "listen = 127.0.0.1", "[tokend]", "a = \"x", "a = \"x\" y", "a = 'x",
        "a = 1\na = 1", "a = \"\\u0041\"", "a = [1]", "a.b = 1", "a = yes", "a = 01", "a = \"\x01\"", "a = \"\xff\""}) {
    INFO(bad);
    const auto refused = parse_settings_file(std::string("# one\n") + bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.rfind("line ", 0) == 0);
  }
  CHECK(quote_toml("a\"b\\c\n") == R"("a\"b\\c\n")");
}

TEST_CASE("a request keeps its texts when it moves", "[head]") {
  auto parsed = VerifyRequest::parse(
      R"({"authorization": "t", "access": {"org": "o", "app": 7, "action": "rw", "machine": "m",)"
      R"( "command": ["ls", "-l"]}})");
  REQUIRE(parsed);
  const VerifyRequest moved = std::move(*parsed);
  parsed = VerifyRequest::parse(R"({"access": {"action": "r"}})");
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
  const std::string body =
      R"({"authorization": "FlyV1 fm2_AAAA", "access": {"org": "o", "app": 7, "action": "rw",)"
      R"( "command": ["ls", "\u00e9"]}})";
  const auto mutated = [&](std::string text) {
    for (auto changes = 1 + random() % 3; changes != 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        case 2:
          text.insert(at, 1, static_cast<char>(random()));
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), 12));
          break;
      }
      if (text.empty()) text = "x";
    }
    return text;
  };
  std::size_t good_heads = 0;
  std::size_t good_bodies = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto read = read_head(mutated(head));
    good_heads += read ? 1 : 0;
    if (!read && (read.error().status < 400 || read.error().status > 505)) FAIL("status " << read.error().status);
    const auto request = VerifyRequest::parse(mutated(body));
    good_bodies += request ? 1 : 0;
    if (!request && (request.error().code.empty() || request.error().message.empty())) FAIL("a problem without words");
  }
  // Some of both, or this test looks at nothing.
  CHECK(good_heads > 100);
  CHECK(good_heads < 20000);
  CHECK(good_bodies > 100);
  CHECK(good_bodies < 20000);
}
