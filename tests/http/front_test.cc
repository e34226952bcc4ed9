#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/limits.h"
#include "support/catch.h"
#include "support/tls_files.h"
#include "world.h"

using nlohmann::json;
using support::HttpConnection;
using namespace std::chrono_literals;

namespace {

const std::string kLive = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

tokend::Peer peer(const char* text) {
  tokend::Peer one;
  one.is_unix = false;
  const bool v4 = std::string(text).find(':') == std::string::npos;
  REQUIRE(inet_pton(v4 ? AF_INET : AF_INET6, text, one.address.data() + (v4 ? 12 : 0)) == 1);
  if (v4) one.address[10] = one.address[11] = 0xff;
  return one;
}

}  // namespace

TEST_CASE("slow clients are gone when their time is over, and keep nobody waiting", "[front]") {
  World world;
  const support::Daemon daemon =
      start_tokend(world, {"--head-timeout", "2s", "--body-timeout", "3500ms", "--idle-timeout", "4500ms"});
  const auto begun = std::chrono::steady_clock::now();
  const auto passed = [&] { return std::chrono::steady_clock::now() - begun; };
  HttpConnection head(daemon.port());
  HttpConnection body(daemon.port());
  HttpConnection idle(daemon.port());
  head.send("GET /livez HTTP/1.1\r\nHost: x\r\nX");
  body.send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{");
  idle.send(kLive);
  REQUIRE(idle.receive());
  std::vector<std::unique_ptr<HttpConnection>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<HttpConnection>(daemon.port()));
    slow.back()->send("POST");
  }
  CHECK(support::get(daemon.port(), "/livez").status == 200);
  CHECK(passed() < 1950ms);
  // A byte now and then does not buy time: the deadline is for the whole head.
  while (passed() < 1750ms) {
    head.send("x");
    std::this_thread::sleep_for(20ms);
  }
  CHECK(head.receive().value().status == 408);
  CHECK(passed() < 3450ms);
  CHECK(head.ended());
  CHECK(body.receive().value().status == 408);
  CHECK(passed() > 3250ms);
  CHECK(idle.ended());
  CHECK(passed() > 4250ms);
  CHECK(passed() < 15s);
}

TEST_CASE("beyond the most connections there is a 503", "[front]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--max-connections", "5"});
  std::vector<std::unique_ptr<HttpConnection>> open;
  for (int i = 0; i < 5; ++i) {
    open.push_back(std::make_unique<HttpConnection>(daemon.port()));
    open.back()->send(kLive);
    REQUIRE(open.back()->receive());
  }
  HttpConnection more(daemon.port());
  more.send(kLive);
  const auto refused = more.receive();
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->headers.count("retry-after") == 1);
  CHECK(more.ended());
  CHECK(daemon.logs("--max-connections is reached"));
  open.pop_back();
  CHECK(support::eventually([&] { return support::get(daemon.port(), "/livez").status == 200; }, 5s));
}

TEST_CASE("an address has a share, unless it speaks for many", "[front]") {
  tokend::LimitSettings settings;
  settings.max_connections = 40;
  settings.trusted_proxies = must(tokend::parse_address_ranges("192.0.2.0/24,2001:db8::/32"));
  tokend::Limits limits(settings);
  using Admission = tokend::Limits::Admission;
  const auto admitted = [&](const char* address, int wanted) {
    int count = 0;
    while (count < wanted && limits.admit(peer(address)) == Admission::kAdmitted) ++count;
    return count;
  };
  CHECK(admitted("198.51.100.1", 10) == 4);
  CHECK(admitted("198.51.100.2", 10) == 4);
  CHECK(admitted("2001:db9::1", 3) == 3);
  CHECK(admitted("2001:db9::2", 3) == 1);  // the same /64
  CHECK(admitted("192.0.2.9", 9) == 9);
  CHECK(admitted("127.0.0.1", 9) == 9);
  limits.release(peer("198.51.100.1"));
  CHECK(admitted("198.51.100.1", 3) == 1);
  CHECK(limits.admit(tokend::Peer{}) == Admission::kAdmitted);
  CHECK(admitted("2001:db8::1", 100) == 40 - 31);
  CHECK(limits.admit(peer("203.0.113.1")) == Admission::kTooMany);
}

TEST_CASE("what is buffered for all has a limit", "[front]") {
  World world;
  const support::Daemon daemon = start_tokend(world, {"--max-buffered", "256KiB"});
  std::vector<std::unique_ptr<HttpConnection>> slow;
  for (int i = 0; i < 12; ++i) {
    slow.push_back(std::make_unique<HttpConnection>(daemon.port()));
    slow.back()->send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 65000\r\n\r\n" + std::string(60000, ' '));
  }
  CHECK(daemon.logs("--max-buffered is reached"));
  const auto refused = slow.back()->receive();
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->headers.count("retry-after") == 1);
  // Whoever sends a whole request at once is not in the way of anything.
  CHECK(support::get(daemon.port(), "/livez").status == 200);
}

TEST_CASE("a unix socket is its group's, and outlives nobody", "[front]") {
  World world;
  const std::string path = (world.directory.path() / "s.sock").string();
  {
    support::Daemon daemon(TOKEND_PROGRAM, {"--listen", "unix:" + path, "--store", world.address.url});
    CHECK(daemon.url() == "unix:" + path);
    struct stat there {};
    REQUIRE(::stat(path.c_str(), &there) == 0);
    CHECK((there.st_mode & 0777) == 0660);
    HttpConnection connection(path);
    connection.send(kLive);
    CHECK(connection.receive().value().status == 200);
    // A live one is not replaced.
    const auto second =
        support::Process({TOKEND_PROGRAM, "--listen", "unix:" + path, "--store", world.address.url}).wait();
    CHECK(second.exit_code == 3);
    CHECK(second.err.find("another process listens there") != std::string::npos);
    daemon.process().signal(SIGKILL);
    (void)daemon.process().wait();
  }
  CHECK(::access(path.c_str(), F_OK) == 0);
  {
    support::Daemon daemon(TOKEND_PROGRAM, {"--listen", "unix:" + path, "--store", world.address.url});
    HttpConnection connection(path);
    connection.send(kLive);
    CHECK(connection.receive().value().status == 200);
    daemon.process().signal(SIGTERM);
    CHECK(daemon.process().wait().exit_code == 0);
  }
  CHECK(::access(path.c_str(), F_OK) != 0);
  std::ofstream(path) << "a file";
  const auto file = support::Process({TOKEND_PROGRAM, "--listen", "unix:" + path, "--store", world.address.url}).wait();
  CHECK(file.exit_code == 3);
}

TEST_CASE("client certificates are required where that is said", "[front]") {
  World world;
  const TlsFiles server(world.directory.path(), "server");
  const TlsFiles client(world.directory.path(), "client");
  const TlsFiles stranger(world.directory.path(), "stranger");
  const support::Daemon daemon = start_tokend(
      world, {"--tls-cert", server.certificate, "--tls-key", server.key, "--tls-client-ca", client.certificate});
  const auto is_served = [&](const support::TlsClient& as) {
    try {
      HttpConnection connection(daemon.port(), as);
      connection.send(kLive);
      return connection.receive().has_value();
    } catch (const std::runtime_error&) {
      return false;
    }
  };
  CHECK(daemon.url().rfind("https://", 0) == 0);
  CHECK(is_served({server.certificate, client.certificate, client.key}));
  CHECK_FALSE(is_served({server.certificate, "", ""}));
  CHECK_FALSE(is_served({server.certificate, stranger.certificate, stranger.key}));
}

TEST_CASE("a reload takes new certificates and settings, and a bad one nothing", "[front]") {
  World world;
  const TlsFiles first(world.directory.path(), "tls");
  const std::string old_authority = first.certificate + ".old";
  std::ifstream in(first.certificate);
  std::ofstream(old_authority) << in.rdbuf();
  const std::string config = (world.directory.path() / "tokend.toml").string();
  std::ofstream(config) << "log-level = \"info\"\n";
  support::Daemon daemon =
      start_tokend(world, {"--config", config, "--tls-cert", first.certificate, "--tls-key", first.key});
  HttpConnection before(daemon.port(), support::TlsClient{old_authority, "", ""});
  const auto reload = [&](const char* says) {
    daemon.process().signal(SIGHUP);
    REQUIRE(daemon.logs(says));
  };
  std::ofstream(config) << "log-level = \"loud\"\n";
  reload("the old one stays in force");
  CHECK(daemon.log().find("loud") != std::string::npos);
  std::ofstream(config) << "max-connections = 2\n";
  const TlsFiles second(world.directory.path(), "tls");
  reload("were read again");
  before.send(kLive);
  CHECK(before.receive().value().status == 200);  // who is here stays
  CHECK_THROWS(HttpConnection(daemon.port(), support::TlsClient{old_authority, "", ""}));
  std::unique_ptr<HttpConnection> after;
  const auto connects = [&] {
    try {
      after = std::make_unique<HttpConnection>(daemon.port(), support::TlsClient{second.certificate, "", ""});
      return true;
    } catch (const std::runtime_error&) {
      return false;  // the one that was turned away just now may still be counted
    }
  };
  REQUIRE(support::eventually(connects, 5s));
  after->send(kLive);
  CHECK(after->receive().value().status == 200);
  const auto begun = std::chrono::steady_clock::now();
  CHECK_THROWS(HttpConnection(daemon.port(), support::TlsClient{second.certificate, "", ""}));  // two there are
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
}

TEST_CASE("a second signal ends at once", "[front]") {
  World world;
  support::Daemon daemon = start_tokend(world, {"--drain", "1m"});
  HttpConnection stuck(daemon.port());
  stuck.send("POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  std::this_thread::sleep_for(100ms);
  daemon.process().signal(SIGTERM);
  REQUIRE(daemon.logs("stopping"));
  std::this_thread::sleep_for(100ms);
  CHECK(daemon.process().running());
  daemon.process().signal(SIGTERM);
  CHECK(daemon.process().wait(20s).exit_code == 0);
}

TEST_CASE("whoever never reads is gone in time, and others are served meanwhile", "[front]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  HttpConnection deaf(daemon.port());
  std::string many;
  for (int i = 0; i < 2000; ++i) many += kLive;
  std::thread sender([&] {
    for (int i = 0; i < 200; ++i) deaf.send(many);  // until it is cut
  });
  for (int i = 0; i < 20; ++i) CHECK(support::get(daemon.port(), "/livez").status == 200);
  sender.join();  // so it was
}
