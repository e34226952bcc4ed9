#include <memory>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/tls_files.h"
#include "world.h"

using nlohmann::json;
using support::HttpAnswer;
using support::HttpConnection;

namespace {

/// One daemon on loopback, over TLS and on a unix socket alike: every rule holds on all of them.
struct Fronts {
  World world;
  TlsFiles files{world.directory.path()};
  std::string path = (world.directory.path() / "tokend.sock").string();
  support::Daemon plain = start_tokend(world, {"--listen", "unix:" + path});
  support::Daemon tls = start_tokend(world, {"--tls-cert", files.certificate, "--tls-key", files.key});
  std::string question = json{{"authorization", world.mint(libtoken::Profile::kReadonly, "arcadia-prod")},
                              {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}}
                             .dump();
};

Fronts& fronts() {
  static Fronts one;
  return one;
}

enum class Kind { kPlain, kTls, kUnix };
constexpr Kind kKinds[] = {Kind::kPlain, Kind::kTls, Kind::kUnix};

std::unique_ptr<HttpConnection> connect(Kind kind) {
  if (kind == Kind::kTls) {
    return std::make_unique<HttpConnection>(fronts().tls.port(),
                                            support::TlsClient{fronts().files.certificate, "", ""});
  }
  if (kind == Kind::kUnix) return std::make_unique<HttpConnection>(fronts().path);
  return std::make_unique<HttpConnection>(fronts().plain.port());
}

const std::string kLive = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
std::string verify() { return support::post_bytes("/v1/verify", fronts().question); }

bool is_allowed(const HttpAnswer& answer) {
  return answer.status == 200 && json::parse(answer.body).at("allowed") == true;
}

}  // namespace

TEST_CASE("each refusal has its status, and ends the connection with whatever follows", "[framing]") {
  const std::string forged = kLive;
  const std::string start = "POST /v1/verify HTTP/1.1\r\nHost: x\r\n";
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
      {start + "Transfer-Encoding: chunked\r\n\r\nx\r\n" + kLive, 400},
      {start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {start + "Transfer-Encoding: identity\r\n\r\n", 501},
      {start + "Transfer-encoding:\r\n\r\n", 501},
      {start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {start + "Content-Length: 1\r\ncontent-length: 2\r\n\r\n", 400},
      {start + "Content-Length: 1,1\r\n\r\n", 400},
      {start + "Content-Length: +1\r\n\r\n", 400},
      {start + "Content-Length: 0x10\r\n\r\n", 400},
      {start + "Content-Length: \r\n\r\n", 400},
      {start + "Content-Length : 1\r\n\r\n", 400},
      {start + "Content-Length\x0b: 1\r\n\r\n", 400},
      {start + "X: a\r\n Content-Length: 5\r\n\r\n", 400},
      {start + "X: a\r\n\tb\r\n\r\n", 400},
      {start + "Authorization: a\r\nAuthorization: b\r\n\r\n", 400},
      {start + "Authorization: a%00\r\n\r\n", 400},
      {start + std::string("Authorization: a\0b\r\n\r\n", 22), 400},
      {start + "X: a\rb\r\n\r\n", 400},
      {start + "X: a\nContent-Length: 5\r\n\r\n", 400},
      {"GET /livez HTTP/1.1\nHost: x\n\n", 400},
      {"GET /livez\r\n\r\n", 400},
      {"GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"\n" + kLive, 400},
      {"\x16\x03\x01\x02", 400},
      {start + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", 415},
      {start + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417},
      {start + "Content-Length: 65537\r\n\r\n", 413},
      {"POST /v1/verify/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413},
      {start + "X: " + std::string(17000, 'x') + "\r\n\r\n", 431},
      {"GET /livez HTTP/2.0\r\n\r\n", 505},
      {"GET /livez HTTP/1.1\r\n\r\n", 400},
      {"GET /livez HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
  };
  for (const Kind kind : kKinds) {
    for (const auto& one : cases) {
      INFO(static_cast<int>(kind) << " " << one.bytes.substr(0, 200));
      const auto connection = connect(kind);
      connection->send(one.bytes + forged);
      const auto answer = connection->receive();
      REQUIRE(answer);
      CHECK(answer->status == one.status);
      CHECK(answer->headers.at("connection") == "close");
      CHECK_FALSE(json::parse(answer->body).at("error").at("code").get<std::string>().empty());
      CHECK(connection->ended());  // and so the forged request has no answer
    }
  }
}

TEST_CASE("requests may come a byte at a time, and cut anywhere", "[framing]") {
  const std::string two = verify() + kLive;
  for (const Kind kind : kKinds) {
    const auto slow = connect(kind);
    for (const char byte : two) slow->send({&byte, 1});
    CHECK(is_allowed(slow->receive().value()));
    CHECK(slow->receive().value().body == "{\"status\":\"ok\"}\n");
    for (std::size_t cut = 1; cut < two.size(); cut += 7) {
      INFO(cut);
      const auto connection = connect(kind);
      connection->send(two.substr(0, cut));
      connection->send(two.substr(cut));
      CHECK(is_allowed(connection->receive().value()));
      REQUIRE(connection->receive());
    }
  }
}

TEST_CASE("a body in chunks is read as one with a length", "[framing]") {
  std::string body;
  for (std::size_t at = 0; at < fronts().question.size(); at += 10) {
    const std::string part = fronts().question.substr(at, 10);
    body += (part.size() == 10 ? "a" : std::to_string(part.size())) + "\r\n" + part + "\r\n";
  }
  const std::string bytes =
      "POST http://tokens.example/v1/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body +
      "0\r\nX: y\r\n\r\n" + kLive;
  for (const Kind kind : kKinds) {
    for (std::size_t cut = 1; cut < bytes.size(); cut += 61) {
      INFO(static_cast<int>(kind) << " " << cut);
      const auto connection = connect(kind);
      connection->send(bytes.substr(0, cut));
      connection->send(bytes.substr(cut));
      CHECK(is_allowed(connection->receive().value()));
      CHECK(connection->receive().value().body == "{\"status\":\"ok\"}\n");
    }
  }
}

TEST_CASE("a client that stops in the middle gets nothing, and harms nobody", "[framing]") {
  const std::string whole = verify();
  for (const Kind kind : kKinds) {
    for (std::size_t cut = 0; cut < whole.size(); cut += 31) {
      INFO(cut);
      const auto half = connect(kind);
      half->send(whole.substr(0, cut));
      half->half_close();
      CHECK(half->ended());
      const auto gone = connect(kind);
      gone->send(whole.substr(0, cut));
      gone->reset();
    }
    const auto after = connect(kind);
    after->send(whole);
    CHECK(is_allowed(after->receive().value()));
  }
}

TEST_CASE("a client that has said all it will say is answered all the same", "[framing]") {
  for (const Kind kind : kKinds) {
    const auto connection = connect(kind);
    connection->send(verify() + kLive + kLive.substr(0, 9));
    connection->half_close();
    CHECK(is_allowed(connection->receive().value()));
    CHECK(connection->receive().value().status == 200);
    CHECK(connection->ended());
  }
}

TEST_CASE("a thousand requests at once are answered in their order", "[framing]") {
  std::string all;
  for (int i = 0; i < 1000; ++i)
    all += i % 3 == 0 ? verify() : i % 3 == 1 ? kLive : "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const Kind kind : kKinds) {
    const auto connection = connect(kind);
    connection->send(all);
    connection->half_close();
    for (int i = 0; i < 1000; ++i) {
      INFO(static_cast<int>(kind) << " " << i);
      const auto answer = connection->receive();
      REQUIRE(answer);
      CHECK(answer->status == (i % 3 == 2 ? 404 : 200));
      CHECK((answer->body.find("allowed") != std::string::npos) == (i % 3 == 0));
    }
    CHECK(connection->ended());
  }
}

TEST_CASE("leave to go on is given only for a body that is acceptable", "[framing]") {
  for (const Kind kind : kKinds) {
    const auto connection = connect(kind);
    connection->send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n");
    CHECK(connection->receive().value().status == 413);
    const auto good = connect(kind);
    good->send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " +
               std::to_string(fronts().question.size()) + "\r\n\r\n");
    CHECK(good->receive().value().status == 100);
    good->send(fronts().question.substr(0, 10));
    good->send(fronts().question.substr(10));
    CHECK(is_allowed(good->receive().value()));
  }
}
