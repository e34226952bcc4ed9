#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "support/fault_plan.h"
#include "world.h"

using nlohmann::json;
using support::HttpConnection;
using namespace std::chrono_literals;

namespace {

const std::string kLive = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

json question(const std::string& token, const char* action) {
  return json{{"authorization", token}, {"access", {{"org", "arcadia-prod"}, {"action", action}}}};
}

}  // namespace

TEST_CASE("without descriptors it stays, says so, and goes on serving who is there", "[pressure]") {
  World world;
  support::Daemon daemon("/bin/sh", {"-c", "ulimit -n 60; exec \"$0\" \"$@\"", TOKEND_PROGRAM, "--listen",
                                     "127.0.0.1:0", "--store", world.address.url});
  HttpConnection there(daemon.port());
  const std::string token = world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const auto is_served = [&] {
    there.send(support::post_bytes("/v1/verify", question(token, "r").dump()));
    const auto answer = there.receive();
    return answer && answer->status == 200 && json::parse(answer->body).at("allowed") == true;
  };
  REQUIRE(support::eventually(is_served, 5s));
  std::vector<std::unique_ptr<HttpConnection>> many;
  for (int i = 0; i < 80; ++i) many.push_back(std::make_unique<HttpConnection>(daemon.port()));
  CHECK(daemon.logs("cannot accept a connection"));
  for (int i = 0; i < 20; ++i) CHECK(is_served());
  daemon.process().signal(SIGHUP);  // for which it would need some
  for (int i = 0; i < 20; ++i) CHECK(is_served());
  many.clear();
  CHECK(support::eventually([&] { return support::get(daemon.port(), "/readyz").status == 200; }, 5s));
  CHECK(is_served());
}

#ifdef HAS_FAILING_CALLS
TEST_CASE("without memory it stays, says so, and serves again when there is some", "[pressure]") {
  World world;
  support::FaultPlan plan;
  const std::string socket = (world.directory.path() / "s.sock").string();
  const std::vector<std::string> arguments{"--listen", "127.0.0.1:0",     "--listen",          "unix:" + socket,
                                           "--store",  world.address.url, "--max-connections", "24"};
  support::Daemon daemon(TOKEND_PROGRAM, arguments, plan.environment());
  const std::string token = world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const std::string allowed = support::post_bytes("/v1/verify", question(token, "r").dump());
  const std::string denied = support::post_bytes("/v1/verify", question(token, "w").dump());
  json questions = json::array();
  for (int i = 0; i < 100; ++i) questions.push_back(question(token, i % 2 == 0 ? "r" : "w"));
  const std::string batch = support::post_bytes("/v1/verify/batch", json{{"questions", questions}}.dump());
  const std::string odd = support::post_bytes("/v1/verify", R"({"\u0061ccess":{"action":"r","command":["ls"]}})",
                                              "Authorization: " + token + "\r\n");
  const auto connect = [&](bool to_unix) {
    if (to_unix) return std::make_unique<HttpConnection>(socket);
    return std::make_unique<HttpConnection>(daemon.port());
  };
  // Those who ask meanwhile are answered, or refused, or cut off; nobody is left hanging, and nothing is allowed that
  // is not.
  std::size_t answers = 0;
  std::size_t cut = 0;
  const auto try_to_ask = [&](const std::string& request, bool to_unix) {
    const auto begun = std::chrono::steady_clock::now();
    try {
      const auto connection = connect(to_unix);
      connection->send(request.substr(0, 20));
      connection->send(request.substr(20) + kLive);
      for (int i = 0; i < 2; ++i) {
        const auto answer = connection->receive();
        if (!answer) {
          ++cut;
          break;
        }
        ++answers;
        if (&request == &denied) CHECK(answer->body.find("\"allowed\":true") == std::string::npos);
      }
    } catch (const std::runtime_error&) {
      ++cut;
    }
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
  };
  for (const std::uint32_t n : {1U, 2U, 3U, 5U, 7U, 13U, 29U, 61U, 127U, 509U}) {
    INFO("one allocation in " << n << " fails");
    plan.fail_one_in(support::Fault::kMemory, n);
    for (int i = 0; i < 25; ++i) {
      for (const std::string* request : {&allowed, &denied, &batch, &odd, &kLive}) try_to_ask(*request, i % 2 == 0);
    }
    std::this_thread::sleep_for(1100ms);  // for the store to be looked at, and whoever rests for a second to wake
    INFO(daemon.log());
    REQUIRE(daemon.process().running());
  }
  plan.stop();
  CHECK(answers > 100);
  CHECK(cut > 100);
  CHECK(daemon.log().find("bad_alloc") != std::string::npos);

  const auto is_allowed = [&] {
    const auto connection = connect(true);
    connection->send(allowed);
    const auto answer = connection->receive();
    return answer && answer->status == 200 && json::parse(answer->body).at("allowed") == true;
  };
  CHECK(support::eventually(is_allowed, 5s));
  // No connection is still counted that has gone, and nothing of what was buffered.
  std::this_thread::sleep_for(2s);  // those who were refused are listened to for one more
  std::vector<std::unique_ptr<HttpConnection>> all;
  for (int i = 0; i < 24; ++i) {
    INFO(i);
    all.push_back(connect(i % 2 == 0));
    all.back()->send(batch);
    const auto answer = all.back()->receive();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(json::parse(answer->body).at("answers").at(98).at("allowed") == true);
  }
  daemon.process().signal(SIGTERM);
  all.clear();
  CHECK(daemon.process().wait().exit_code == 0);
}
#endif

TEST_CASE("a flood of refusals leaves few lines in the log, and their number", "[pressure]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string token = world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const std::string denied = support::post_bytes("/v1/verify", question(token, "w").dump());
  constexpr std::size_t kAsked = 5000;
  const auto begun = std::chrono::steady_clock::now();
  std::string many;
  for (int i = 0; i < 100; ++i) many += denied;
  HttpConnection connection(daemon.port());
  for (std::size_t asked = 0; asked < kAsked; asked += 100) {
    connection.send(many);
    for (int i = 0; i < 100; ++i) REQUIRE(connection.receive());
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begun).count() + 1;
  std::size_t said = 0;
  const auto all_are_there = [&] {
    std::istringstream log(daemon.log());
    std::size_t counted = said = 0;
    for (std::string line; std::getline(log, line);) {
      if (line.find(" info denied ") != std::string::npos) {
        ++said;
      } else if (line.find("were left out") != std::string::npos) {
        counted += std::stoul(line.substr(line.rfind(' ') + 1));
      }
    }
    return said + counted == kAsked;
  };
  CHECK(support::eventually(all_are_there, 5s));
  CHECK(said >= 20);
  CHECK(said <= 20 * static_cast<std::size_t>(seconds));
}

TEST_CASE("a log that nobody reads holds nobody up", "[pressure]") {
  World world;
  const std::string path = (world.directory.path() / "log").string();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int fifo = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(fifo >= 0);
  support::Daemon daemon(
      "/bin/sh",
      {"-c", "exec \"$0\" \"$@\" 2>\"$LOG\"", TOKEND_PROGRAM, "--listen", "127.0.0.1:0", "--store", world.address.url},
      {{"LOG", path}});
  const std::string token = world.mint(libtoken::Profile::kReadonly, "arcadia-prod");
  const std::string denied = support::post_bytes("/v1/verify", question(token, "w").dump());
  while (::write(fifo, "x", 1) == 1) {
  }
  const auto ask_some = [&] {
    for (int i = 0; i < 50; ++i) {
      const auto answer = support::exchange(daemon.port(), denied);
      REQUIRE(answer);
      CHECK(answer->status == 200);
    }
  };
  const auto begun = std::chrono::steady_clock::now();
  ask_some();
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
  std::string read(1 << 20, '\0');
  while (::read(fifo, read.data(), read.size()) > 0) {
  }
  std::this_thread::sleep_for(1100ms);
  ask_some();
  const ssize_t got = ::read(fifo, read.data(), read.size());
  REQUIRE(got > 0);
  read.resize(static_cast<std::size_t>(got));
  CHECK(read.find("lines were lost") != std::string::npos);
  CHECK(read.find("info denied token=") != std::string::npos);
  ::close(fifo);
}
