#include <string>

#include "support/catch.h"
#include "world.h"

using nlohmann::json;

namespace {

Service& service() {
  static Service one;
  return one;
}

/// A good question, made as long as wanted with white space, which JSON does not mind.
std::string question_of(std::size_t bytes) {
  const std::string token = service().world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  std::string body = json{{"authorization", token}, {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}}.dump();
  if (body.size() < bytes) body.insert(1, bytes - body.size(), ' ');
  return body;
}

constexpr std::size_t kMost = 64 * 1024;

}  // namespace

TEST_CASE("a body may have 64 KiB and no more", "[limits]") {
  const int port = service().daemon.port();
  const auto whole = support::post(port, "/v1/verify", question_of(kMost));
  CHECK(whole.status == 200);
  CHECK(json::parse(whole.body).at("allowed") == true);
  for (const std::size_t bytes : {kMost + 1, 2 * kMost, 40 * kMost}) {
    const auto answer = support::post(port, "/v1/verify", question_of(bytes));
    CHECK(answer.status == 413);
    CHECK(json::parse(answer.body).at("error").at("code") == "too_large");
    CHECK(answer.headers.at("connection") == "close");
  }
  const auto announced =
      support::exchange(port, "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n");
  REQUIRE(announced);
  CHECK(announced->status == 413);
}

TEST_CASE("what curl sends without a content type is read, short or long", "[limits]") {
  for (const char* type :
       {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "nonsense"}) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{8193}, std::size_t{30000}}) {
      INFO(type << " " << bytes);
      const auto answer = support::post(service().daemon.port(), "/v1/verify", question_of(bytes),
                                        std::string("Content-Type: ") + type + "\r\n");
      CHECK(answer.status == 200);
      CHECK(json::parse(answer.body).at("allowed") == true);
    }
  }
}

TEST_CASE("a body in chunks has the limit of one with a length", "[limits]") {
  const std::string head = "POST /v1/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto good = support::exchange(service().daemon.port(), head + "2\r\n{}\r\n0\r\n\r\n");
  REQUIRE(good);
  CHECK(good->status == 400);  // it was read: there is no access in it
  CHECK(good->body.find("missing_field") != std::string::npos);
  const auto too_long = support::exchange(service().daemon.port(), head + "10001\r\n");
  REQUIRE(too_long);
  CHECK(too_long->status == 413);
  CHECK(too_long->headers.at("connection") == "close");
}

TEST_CASE("a compressed body is not read", "[limits]") {
  const auto answer =
      support::post(service().daemon.port(), "/v1/verify", question_of(0), "Content-Encoding: gzip\r\n");
  CHECK(answer.status == 415);
}

TEST_CASE("a long path is not found, and no more", "[limits]") {
  const int port = service().daemon.port();
  for (const std::size_t length : {std::size_t{10}, std::size_t{7000}}) {
    CHECK(support::get(port, "/" + std::string(length, 'a')).status == 404);
    CHECK(support::get(port, std::string(length, '/')).status == 404);
    CHECK(support::post(port, "/v1/verify" + std::string(length, 'a'), question_of(0)).status == 404);
    CHECK(support::post(port, "/v1/verify?" + std::string(length, 'a'), question_of(0)).status == 404);
  }
  const auto endless = support::exchange(port, "GET /" + std::string(17000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(endless);
  CHECK(endless->status == 431);
  CHECK(support::get(port, "/livez").status == 200);
}

TEST_CASE("a head has its limits too", "[limits]") {
  const int port = service().daemon.port();
  const auto line =
      support::exchange(port, "GET /livez HTTP/1.1\r\nHost: x\r\nX: " + std::string(16384, 'x') + "\r\n\r\n");
  REQUIRE(line);
  CHECK(line->status == 431);
  std::string many = "GET /livez HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 1000; ++i) many += "X-" + std::to_string(i) + ": " + std::string(40, 'x') + "\r\n";
  const auto whole = support::exchange(port, many + "\r\n");
  REQUIRE(whole);
  CHECK(whole->status == 431);
  // What the library would run a recursive pattern over.
  const auto ranges =
      support::exchange(port, "GET /livez HTTP/1.1\r\nHost: x\r\nRange: bytes=" + std::string(7900, '0') + "-\r\n\r\n");
  REQUIRE(ranges);
  CHECK(ranges->status == 200);
}

TEST_CASE("a token of the largest size passes through header and body as far as they reach", "[limits]") {
  std::string header = service().world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const std::string part = header.substr(header.find("fm2_"));
  while (header.size() + part.size() + 1 < 7900) header += "," + part;
  const std::string body = R"({"access": {"org": "arcadia-prod", "action": "r"}})";
  const auto answer = support::post(service().daemon.port(), "/v1/verify", body, "Authorization: " + header + "\r\n");
  CHECK(answer.status == 200);
  CHECK(json::parse(answer.body).at("allowed") == true);
}
