#include <signal.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "world.h"

using nlohmann::json;
using support::HttpConnection;

namespace {

Service& service() {
  static Service one;
  return one;
}

std::string question() {
  static const std::string token = service().world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  return json{{"authorization", token}, {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}}.dump();
}

const std::string kLive = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("life and readiness", "[transport]") {
  const auto live = support::get(service().daemon.port(), "/livez");
  CHECK(live.status == 200);
  CHECK(live.headers.at("content-type") == "application/json");
  CHECK(live.headers.at("cache-control") == "no-store");
  CHECK(json::parse(live.body) == json{{"status", "ok"}});
  const auto ready = support::get(service().daemon.port(), "/readyz");
  CHECK(ready.status == 200);
  CHECK(json::parse(ready.body) == json{{"status", "ready"}});

  HttpConnection connection(service().daemon.port());
  connection.send("HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = connection.receive(true);
  REQUIRE(head);
  CHECK(head->status == 200);
  CHECK(head->headers.at("content-length") == std::to_string(live.body.size()));
  CHECK(head->headers.count("accept-ranges") == 0);
  connection.send(kLive);  // nothing was left over
  CHECK(connection.receive()->body == live.body);
}

TEST_CASE("routes are exact", "[transport]") {
  const int port = service().daemon.port();
  for (const char* target : {"/", "/v1", "/v1/verify/", "//v1/verify", "/V1/verify", "/v1/%76erify", "/%6civez",
                             "/livez?x", "/livez/", "*", "/v1/../livez", "/v1/verify%00"}) {
    INFO(target);
    const auto answer = support::get(port, target);
    CHECK(answer.status == 404);
    CHECK(json::parse(answer.body).at("error").at("code") == "not_found");
    CHECK(support::post(port, target, question()).status == 404);
  }
}

TEST_CASE("a wrong method is told the right one", "[transport]") {
  const int port = service().daemon.port();
  const auto get = support::get(port, "/v1/verify");
  CHECK(get.status == 405);
  CHECK(get.headers.at("allow") == "POST");
  CHECK(json::parse(get.body).at("error").at("code") == "method_not_allowed");
  const auto post = support::post(port, "/livez", "{}");
  CHECK(post.status == 405);
  CHECK(post.headers.at("allow") == "GET, HEAD");
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"}) {
    const auto answer = support::exchange(port, std::string(method) + " /v1/verify HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(answer);
    CHECK(answer->status == 405);
  }
}

TEST_CASE("a connection serves many requests", "[transport]") {
  HttpConnection connection(service().daemon.port());
  for (int i = 0; i < 50; ++i) {
    connection.send(support::post_bytes("/v1/verify", question()));
    const auto answer = connection.receive();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->headers.count("connection") == 0);
  }
}

TEST_CASE("requests that come at once are answered in their order", "[transport]") {
  HttpConnection connection(service().daemon.port());
  connection.send(kLive + support::post_bytes("/v1/verify", question()) + support::post_bytes("/nowhere", question()) +
                  "\r\n" + kLive);
  std::vector<int> seen;
  for (int i = 0; i < 4; ++i) {
    const auto answer = connection.receive();
    REQUIRE(answer);
    seen.push_back(answer->status);
  }
  CHECK(seen == std::vector<int>{200, 200, 404, 200});
}

TEST_CASE("a body that nobody wanted is never a request", "[transport]") {
  const std::string smuggled = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const char* line :
       {"GET /livez", "GET /nowhere", "POST /nowhere", "PUT /v1/verify", "DELETE /x", "HEAD /nowhere"}) {
    INFO(line);
    HttpConnection connection(service().daemon.port());
    connection.send(std::string(line) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(smuggled.size()) +
                    "\r\n\r\n" + smuggled + kLive);
    REQUIRE(connection.receive(line[0] == 'H'));
    const auto next = connection.receive();
    REQUIRE(next);
    CHECK(json::parse(next->body) == json{{"status", "ok"}});
  }
  for (const char* length :
       {"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "Content-Length: +5\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n", "Content-Length : 5\r\n", "Content-Length:\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", " Content-Length: 5\r\n", "X: 1\r\n Content-Length: 5\r\n"}) {
    INFO(length);
    HttpConnection connection(service().daemon.port());
    connection.send(std::string("POST /v1/verify HTTP/1.1\r\nHost: x\r\n") + length + "\r\n" + smuggled);
    const auto answer = connection.receive();
    REQUIRE(answer);
    CHECK((answer->status == 400 || answer->status == 501));
    CHECK(connection.ended());
  }
}

TEST_CASE("who asks for the end of a connection gets it", "[transport]") {
  for (const char* request :
       {"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /livez HTTP/1.0\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: x, CLOSE\r\n\r\n"}) {
    INFO(request);
    HttpConnection connection(service().daemon.port());
    connection.send(request);
    const auto answer = connection.receive();
    REQUIRE(answer);
    CHECK(answer->headers.at("connection") == "close");
    CHECK(connection.ended());
  }
}

TEST_CASE("an answer is whole and plain, whatever a client would like", "[transport]") {
  const std::string plain = support::get(service().daemon.port(), "/livez").body;
  for (const char* wish : {"Range: bytes=0-3\r\n", "Range: bytes=0-1,3-4\r\n", "Range: nonsense\r\n",
                           "Range: bytes=900-\r\n", "Accept-Encoding: br, gzip, deflate\r\n"}) {
    INFO(wish);
    const auto answer =
        support::exchange(service().daemon.port(), std::string("GET /livez HTTP/1.1\r\nHost: x\r\n") + wish + "\r\n");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == plain);
    CHECK(answer->headers.count("content-encoding") == 0);
    const auto verified = support::post(service().daemon.port(), "/v1/verify", question(), wish);
    CHECK(verified.status == 200);
    CHECK(json::parse(verified.body).at("allowed") == true);
  }
}

TEST_CASE("a client that waits for leave to send gets it", "[transport]") {
  HttpConnection connection(service().daemon.port());
  const std::string body = question();
  connection.send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n");
  const auto leave = connection.receive();
  REQUIRE(leave);
  CHECK(leave->status == 100);
  connection.send(body);
  const auto answer = connection.receive();
  REQUIRE(answer);
  CHECK(answer->status == 200);
}

TEST_CASE("idle connections do not keep others out", "[transport]") {
  std::vector<std::unique_ptr<HttpConnection>> idle;
  for (int i = 0; i < 100; ++i) {
    idle.push_back(std::make_unique<HttpConnection>(service().daemon.port()));
    if (i % 2 == 0) continue;
    idle.back()->send(kLive);
  }
  const auto before = std::chrono::steady_clock::now();
  CHECK(support::get(service().daemon.port(), "/livez").status == 200);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
}

TEST_CASE("SIGTERM and SIGINT end it in order", "[transport]") {
  const World world;
  for (const int number : {SIGTERM, SIGINT}) {
    support::Daemon daemon = start_tokend(world);
    HttpConnection idle(daemon.port());
    idle.send(kLive);
    REQUIRE(idle.receive());
    // One that has begun may come to its end.
    HttpConnection begun(daemon.port());
    begun.send("GET /livez HTTP/1.1\r\nHost: x\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    daemon.process().signal(number);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    CHECK_THROWS(HttpConnection(daemon.port()).receive().value());
    begun.send("\r\n");
    const auto answer = begun.receive();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(daemon.process().wait(std::chrono::seconds(8)).exit_code == 0);
    CHECK(idle.ended());
  }
}

TEST_CASE("a request that never ends does not keep it from stopping", "[transport]") {
  const World world;
  support::Daemon daemon = start_tokend(world, {"--drain", "300ms"});
  HttpConnection stuck(daemon.port());
  stuck.send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto before = std::chrono::steady_clock::now();
  daemon.process().signal(SIGTERM);
  CHECK(daemon.process().wait().exit_code == 0);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
}
