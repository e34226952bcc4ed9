#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "registry_world.h"
#include "support/catch.h"

using namespace libtoken;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kSoon{1000};

std::string state_of(const support::Daemon& daemon) {
  const auto ready = support::get(daemon.port(), "/readyz");
  CHECK(support::get(daemon.port(), "/livez").status == 200);
  const json body = json::parse(ready.body);
  return ready.status == 200 ? body.at("status") : body.at("error").at("code");
}

bool becomes(const support::Daemon& daemon, const std::string& state) {
  return support::eventually([&] { return state_of(daemon) == state; }, std::chrono::seconds(5));
}

int ask_status(const support::Daemon& daemon, const std::string& token) {
  const json body{{"authorization", token}, {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}};
  return support::post(daemon.port(), "/v1/verify", body.dump()).status;
}

/// Keeps everybody from reading a store, as a process does that hangs in the middle of something.
class ReadLock {
 public:
  explicit ReadLock(const std::string& file) : fd_(::open((file + "-shm").c_str(), O_RDWR | O_CLOEXEC)) {
    // The bytes that SQLite locks while it reads the log of a store (its file format, "WAL-Index File Format").
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 120;
    lock.l_len = 8;
    if (fd_ < 0 || ::fcntl(fd_, F_SETLKW, &lock) != 0) throw std::runtime_error("cannot lock the store");
  }
  ~ReadLock() { ::close(fd_); }
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;

 private:
  int fd_;
};

/// As it is, with what stands in its log.
void copy_store(const std::string& file, const fs::path& to) {
  sqlite3* database = nullptr;
  const bool done =
      sqlite3_open(file.c_str(), &database) == SQLITE_OK &&
      sqlite3_exec(database, ("VACUUM INTO '" + to.string() + "'").c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(database);
  if (!done) throw std::runtime_error("cannot copy the store");
}

void remove_store(const std::string& file) {
  for (const char* ending : {"", "-wal", "-shm"}) fs::remove(file + ending);
}

}  // namespace

TEST_CASE("what is changed in the store is seen within a second", "[store]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  const json access{{"app", "arcadia-prod-web"}, {"action", "r"}};
  REQUIRE(outcome(ask(daemon, token, access)) == "unknown_app");
  (void)must(authority::create_app(*world.store, std::string("arcadia-prod"), "arcadia-prod-web", std::nullopt,
                                   authority::local_actor(), world.now));
  CHECK(support::eventually([&] { return outcome(ask(daemon, token, access)) == "allowed"; }, kSoon));

  (void)must(authority::create_org(*world.store, "arcadia-test", std::nullopt, authority::local_actor(), world.now));
  const std::string new_org = world.mint(Profile::kOrg, "arcadia-test");
  CHECK(support::eventually(
      [&] {
        return outcome(ask(daemon, new_org, {{"org", "arcadia-test"}, {"action", "r"}})) == "allowed";
      },
      kSoon));
}

TEST_CASE("a store that is gone leaves nothing to judge by, until it is back", "[store]") {
  World world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  world.store.reset();  // so that the file is whole by itself
  const support::Daemon daemon = start_tokend(world);
  REQUIRE(ask_status(daemon, token) == 200);
  const fs::path kept = world.directory.path() / "kept.db";
  fs::copy_file(world.file(), kept);

  remove_store(world.file());
  REQUIRE(becomes(daemon, "store_unavailable"));
  CHECK(ask_status(daemon, token) == 503);
  const auto answer =
      support::post(daemon.port(), "/v1/verify", json{{"authorization", token}, {"access", {{"action", "r"}}}}.dump());
  CHECK(json::parse(answer.body).at("error").at("code") == "store_unavailable");
  CHECK(answer.body.find(world.file()) == std::string::npos);
  CHECK(daemon.logs(world.file()));

  fs::rename(kept, world.file());
  CHECK(becomes(daemon, "ready"));
  CHECK(ask_status(daemon, token) == 200);
  CHECK(daemon.logs("available again"));
}

TEST_CASE("a store that is replaced by another is read anew", "[store]") {
  World world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  const support::Daemon daemon = start_tokend(world);
  REQUIRE(ask_status(daemon, token) == 200);

  World other;
  const std::string other_token = other.mint(Profile::kOrg, "arcadia-prod");
  world.store.reset();
  other.store.reset();
  remove_store(world.file());
  fs::rename(other.file() + ".kek", world.file() + ".kek");
  fs::rename(other.file(), world.file());
  const json access{{"org", "arcadia-prod"}, {"action", "r"}};
  CHECK(support::eventually(
      [&] { return ask_status(daemon, other_token) == 200 && outcome(ask(daemon, other_token, access)) == "allowed"; },
      std::chrono::seconds(3)));
  CHECK(outcome(ask(daemon, token, access)) == "unknown_key");
}

TEST_CASE("a store that is overwritten by something else is none", "[store]") {
  World world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  world.store.reset();
  const support::Daemon daemon = start_tokend(world);
  REQUIRE(ask_status(daemon, token) == 200);
  const fs::path kept = world.directory.path() / "kept.db";
  fs::copy_file(world.file(), kept);
  std::ofstream(world.file(), std::ios::trunc) << std::string(20000, 'x');
  REQUIRE(becomes(daemon, "store_unavailable"));
  CHECK(ask_status(daemon, token) == 503);
  remove_store(world.file());
  fs::rename(kept, world.file());
  CHECK(becomes(daemon, "ready"));
  CHECK(ask_status(daemon, token) == 200);
}

TEST_CASE("a key file that no longer opens the store makes a new store unreadable", "[store]") {
  World world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  world.store.reset();
  const support::Daemon daemon = start_tokend(world);
  const fs::path kept = world.directory.path() / "kept.db";
  fs::copy_file(world.file(), kept);
  REQUIRE(::chmod((world.file() + ".kek").c_str(), 0644) == 0);
  remove_store(world.file());
  fs::rename(kept, world.file());
  REQUIRE(becomes(daemon, "store_unavailable"));
  REQUIRE(::chmod((world.file() + ".kek").c_str(), 0600) == 0);
  CHECK(becomes(daemon, "ready"));
  CHECK(ask_status(daemon, token) == 200);
}

TEST_CASE("a clock behind the store's newest record is not trusted", "[store]") {
  World world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  const support::Daemon daemon = start_tokend(world);
  REQUIRE(ask_status(daemon, token) == 200);
  // A little behind is an ordinary difference between two machines' clocks.
  (void)must(
      authority::create_org(*world.store, "arcadia-soon", std::nullopt, authority::local_actor(), world.now + 240));
  support::sleep_for_a_poll();
  CHECK(becomes(daemon, "ready"));
  (void)must(
      authority::create_org(*world.store, "arcadia-late", std::nullopt, authority::local_actor(), world.now + 900));
  REQUIRE(becomes(daemon, "clock"));
  CHECK(ask_status(daemon, token) == 503);
  const json body{{"authorization", token}, {"access", {{"org", "arcadia-prod"}, {"action", "r"}}}};
  const auto answer = support::post(daemon.port(), "/v1/verify", body.dump());
  CHECK(json::parse(answer.body).at("error").at("code") == "clock");
}

TEST_CASE("a store that is locked is judged by as it was last seen, for a while", "[store]") {
  World world;
  const std::string token = world.mint(Profile::kOrg, "arcadia-prod");
  const support::Daemon daemon = start_tokend(world);
  REQUIRE(ask_status(daemon, token) == 200);
  world.store.reset();  // or its locks would be this process's, which is to have another one
  {
    const ReadLock lock(world.file());
    const auto said = [&] { return daemon.log().find("store unavailable") != std::string::npos; };
    REQUIRE(support::eventually(said, std::chrono::seconds(25)));  // SQLite tries for ten seconds
    CHECK(ask_status(daemon, token) == 200);
    CHECK(state_of(daemon) == "ready");
  }
  CHECK(support::eventually([&] { return daemon.log().find("available again") != std::string::npos; },
                            std::chrono::seconds(15)));
  CHECK(state_of(daemon) == "ready");
  world.store.emplace(must(authority::Store::open(world.address)));
  (void)must(authority::create_app(*world.store, std::string("arcadia-prod"), "arcadia-prod-web", std::nullopt,
                                   authority::local_actor(), world.now));
  const json access{{"app", "arcadia-prod-web"}, {"action", "r"}};
  CHECK(support::eventually([&] { return outcome(ask(daemon, token, access)) == "allowed"; }, kSoon));
}

TEST_CASE("a store that has gone back to an earlier state is not judged by", "[store]") {
  World world;
  const Made token = make(world, Profile::kOrg, "arcadia-prod");
  world.store.reset();  // so that the file is whole by itself
  const fs::path earlier = world.directory.path() / "earlier.db";
  fs::copy_file(world.file(), earlier);
  support::Daemon daemon = start_tokend(world);
  REQUIRE(ask_status(daemon, token.header) == 200);
  REQUIRE(tell(daemon, token.header, "DELETE", "/v1/tokens/" + token.id).status == 200);
  const json access{{"org", "arcadia-prod"}, {"action", "r"}};
  REQUIRE(outcome(ask(daemon, token.header, access)) == "revoked");

  const fs::path later = world.directory.path() / "later.db";
  copy_store(world.file(), later);
  remove_store(world.file());
  fs::rename(earlier, world.file());
  REQUIRE(becomes(daemon, "store_unavailable"));
  CHECK(ask_status(daemon, token.header) == 503);
  CHECK(support::eventually([&] { return daemon.logs("gone back to an earlier state"); }, kSoon));
  daemon.process().signal(SIGHUP);
  CHECK_FALSE(support::eventually([&] { return ask_status(daemon, token.header) == 200; }, kSoon));
  // Nor when it is written to, as often as the newer one was.
  world.store.emplace(must(authority::Store::open(world.address)));
  for (int i = 0; i < 5; ++i) {
    (void)must(authority::create_org(*world.store, "arcadia-" + std::to_string(i), std::nullopt,
                                     authority::local_actor(), world.now));
    support::sleep_for_a_poll();
    CHECK(ask_status(daemon, token.header) == 503);
  }
  world.store.reset();

  remove_store(world.file());
  fs::rename(later, world.file());
  REQUIRE(becomes(daemon, "ready"));
  CHECK(outcome(ask(daemon, token.header, access)) == "revoked");
}
