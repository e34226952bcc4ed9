#include <algorithm>
#include <cstdio>
#include <string>

#include "framed.h"
#include "support/catch.h"

using namespace tokend;

TEST_CASE("a body may come in chunks", "[chunks]") {
  const std::string head = "POST /v1/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n";
  const std::string next = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string body = "5\r\n{\"a\":\r\n00a ;x=\"y;z\"\r\n 012345\r\n}\r\n0;last\r\nExpires: never\r\nX:\r\n\r\n";
  const std::string bytes = head + body + next;
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    Framer framer;
    std::size_t end = 0;
    Framer::Look look;
    do {
      end = std::min(end + step, bytes.size());
      look = framer.look(std::string_view(bytes).substr(0, end), tokend::max_body_bytes);
    } while (look.state == Framer::State::kNothing || look.state == Framer::State::kHead ||
             look.state == Framer::State::kBody);
    INFO(step);
    REQUIRE(look.state == Framer::State::kWhole);
    CHECK(look.body == "{\"a\": 012345\r\n}");
    CHECK(look.size == head.size() + body.size());
    CHECK(end - look.size < step);  // it was whole no later than its last byte
    CHECK(framer.look(std::string_view(bytes).substr(look.size), tokend::max_body_bytes).head.target == "/livez");
  }
  const auto empty = head + "0\r\n\r\n";
  CHECK(Framer().look(empty, tokend::max_body_bytes).state == Framer::State::kWhole);
}

TEST_CASE("chunks that are not well formed, or too much, are refused", "[chunks]") {
  const std::string head = "POST /v1/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* chunks : {"\r\n",
                             "x\r\n",
                             "0x1\r\n",
                             "+1\r\n",
                             "-1\r\n",
                             " 1\r\n",
                             "1 \r\n",
                             "1 x\r\n",
                             "1\n",
                             "1\r\nab",
                             "1\r\na\n",
                             "1\r\na\rb",
                             "1;\x01\r\n",
                             "1\x01",
                             "11111111111111111\r\n",
                             "0\r\nX\r\n\r\n",
                             "0\r\n: y\r\n\r\n",
                             "0\r\n X: y\r\n\r\n",
                             "0\r\nX : y\r\n\r\n",
                             "0\r\nX: a\rb\r\n\r\n",
                             "0\r\nGET / HTTP/1.1\r\n\r\n"}) {
    INFO(chunks);
    CHECK(status_of(head + chunks) == 400);
  }
  CHECK(status_of(head + "1;" + std::string(300, 'x')) == 400);
  const auto chunk = [](std::size_t bytes) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx", bytes);
    return size + ("\r\n" + std::string(bytes, 'x')) + "\r\n";
  };
  CHECK(status_of(head + chunk(kMaxBodyBytes) + "0\r\n\r\n") == 200);
  CHECK(status_of(head + chunk(kMaxBodyBytes - 1) + chunk(1) + "0\r\n\r\n") == 200);
  CHECK(status_of(head + chunk(kMaxBodyBytes) + "1\r\n") == 413);  // before the byte itself arrives
  CHECK(status_of(head + "10001\r\n") == 413);
  CHECK(status_of(head + "ffffffffffffffff\r\n") == 413);
  // What stands around the chunks is bounded too.
  std::string ones;
  for (std::size_t i = 0; i < kMaxBodyBytes; ++i) ones += "1\r\nx\r\n";
  CHECK(status_of(head + ones + "0\r\n\r\n") == 413);
  std::string tenths;
  for (std::size_t i = 0; i < kMaxBodyBytes / 10; ++i) tenths += "a\r\n0123456789\r\n";
  CHECK(status_of(head + tenths + "0\r\n\r\n") == 200);
  CHECK(status_of(head + "0\r\nX: " + std::string(kMaxHeadBytes + 1, 'x')) == 413);
  std::string trailers = "0\r\n";
  for (std::size_t i = 0; i <= kMaxHeadLines; ++i) trailers += "X: y\r\n";
  CHECK(status_of(head + trailers) == 400);
}
