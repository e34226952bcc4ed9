// The daemon beside an HTTP client that is not ours.
#include <httplib.h>

#include "support/catch.h"
#include "world.h"

using nlohmann::json;

namespace {

httplib::Client client_of(const support::Daemon& daemon) {
  httplib::Client client("127.0.0.1", daemon.port());
  client.set_keep_alive(true);
  return client;
}

}  // namespace

TEST_CASE("a common client library is understood, and understands", "[client]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string question = json{{"authorization", world.mint(libtoken::Profile::kReadonly, "arcadia-prod")},
                                    {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}}
                                   .dump();
  auto client = client_of(daemon);
  for (int i = 0; i < 3; ++i) {  // on one connection
    const auto live = client.Get("/livez");
    REQUIRE(live);
    CHECK(live->status == 200);
    CHECK(live->get_header_value("Content-Type") == "application/json");

    const auto head = client.Head("/livez");
    REQUIRE(head);
    CHECK(head->status == 200);
    CHECK(head->get_header_value("Content-Length") == std::to_string(live->body.size()));

    const auto posted = client.Post("/v1/verify", question, "application/json");
    REQUIRE(posted);
    CHECK(json::parse(posted->body).at("allowed") == true);

    const auto in_chunks = client.Post(
        "/v1/verify",
        [&](std::size_t offset, httplib::DataSink& sink) {
          const std::string part = question.substr(offset, 50);
          sink.write(part.data(), part.size());
          if (offset + part.size() == question.size()) sink.done();
          return true;
        },
        "application/json");
    REQUIRE(in_chunks);
    CHECK(in_chunks->body == posted->body);

    const auto nowhere = client.Get("/nowhere");
    REQUIRE(nowhere);
    CHECK(nowhere->status == 404);
  }
}

TEST_CASE("a refusal that ends the connection reaches a common client library", "[client]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  auto client = client_of(daemon);
  const auto too_large = client.Post("/v1/verify", std::string(70'000, 'x'), "application/json");
  REQUIRE(too_large);
  CHECK(too_large->status == 413);
  CHECK(too_large->get_header_value("Connection") == "close");
  const auto next = client.Get("/livez");
  REQUIRE(next);
  CHECK(next->status == 200);
}
