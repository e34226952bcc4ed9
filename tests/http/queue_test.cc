// The threads that have the store: what waits for them, what does not, what they write down; and judges that nobody
// could check.
#include <signal.h>
#include <spdlog/sinks/null_sink.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "api/api_handler.h"
#include "api/management_handler.h"
#include "authority/judge/judge.h"
#include "endpoints/health.h"
#include "registry_world.h"
#include "state/live_snapshot.h"
#include "state/store_queue.h"
#include "support/catch.h"

using namespace libtoken;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Keeps a store locked against writing while it lives.
class WriteLock {
 public:
  explicit WriteLock(const std::string& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("cannot open the store");
    sqlite3_busy_timeout(database_, 5000);
    if (sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error("cannot lock the store");
    }
  }
  ~WriteLock() { sqlite3_close(database_); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  sqlite3* database_ = nullptr;
};

std::shared_ptr<spdlog::logger> no_log() {
  return std::make_shared<spdlog::logger>("none", std::make_shared<spdlog::sinks::null_sink_mt>());
}

tokend::UsageLimits& any_usage() {
  static tokend::UsageLimits limits{tokend::UsageSettings{}};
  return limits;
}

std::shared_ptr<const authority::Judge> judge_of(World& world) {
  return std::make_shared<const authority::Judge>(must(authority::Snapshot::load(*world.store)));
}

std::string code_of(const tokend::Response& response) {
  const json body = json::parse(response.body);
  if (body.contains("error")) return body.at("error").at("code");
  return body.value("status", "decided");
}

std::string code_of(const tokend::RequestHandler::Answer& answer) {
  return code_of(std::get<tokend::Response>(answer));
}

std::int64_t clock_now() { return std::time(nullptr); }

tokend::StoreJobHandlerFactory handlers_of(const tokend::CurrentJudge& judges) {
  return [&judges](const tokend::StoreServices& services) {
    return std::make_unique<tokend::ManagementHandler>(judges, clock_now, services, no_log(), any_usage());
  };
}

const json kDevRead{{"org", "arcadia-dev"}, {"action", "r"}};

}  // namespace

TEST_CASE("a judge that nobody could compare with the store for a while is stale", "[queue]") {
  World world;
  tokend::CurrentJudge slot(1s);
  tokend::JudgeReader view(slot);
  CHECK(view.read().judge == nullptr);
  CHECK_FALSE(view.read().stale);
  CHECK(slot.publish(judge_of(world)));
  CHECK(view.read().judge != nullptr);
  std::this_thread::sleep_for(1050ms);
  CHECK(view.read().judge == nullptr);
  CHECK(view.read().stale);
  CHECK(slot.confirm(must(authority::Snapshot::load(*world.store))->revision()));
  CHECK(view.read().judge != nullptr);
  CHECK(slot.publish(nullptr));
  CHECK(view.read().judge == nullptr);
  CHECK_FALSE(view.read().stale);
  CHECK(tokend::CurrentJudge::kMaxUnchecked == 30s);
}

TEST_CASE("no judge follows one that knew more of the same store, not even after it has gone", "[queue]") {
  World world;
  World other;
  tokend::CurrentJudge slot;
  tokend::JudgeReader view(slot);
  const auto earlier = judge_of(world);
  (void)make(world, Profile::kOrg, "arcadia-dev");
  const auto later = judge_of(world);
  const auto another = judge_of(other);
  CHECK(slot.newest().empty());
  REQUIRE(slot.publish(later));
  CHECK(slot.newest().size() == 1);
  CHECK_FALSE(slot.publish(earlier));
  CHECK(view.read().judge == later.get());
  CHECK(slot.confirm(later->snapshot().revision()));
  CHECK_FALSE(slot.confirm(earlier->snapshot().revision()));
  REQUIRE(slot.publish(nullptr));
  CHECK_FALSE(slot.confirm(later->snapshot().revision()));
  CHECK_FALSE(slot.publish(earlier));
  CHECK(slot.publish(another));  // which nothing says to be older or newer
  CHECK_FALSE(slot.publish(earlier));
  CHECK(slot.publish(later));
}

TEST_CASE("a daemon that is stale says so, whatever it is asked", "[queue]") {
  World world;
  tokend::CurrentJudge slot(2s);
  tokend::Limits limits{tokend::LimitSettings{}};
  tokend::StoreQueue queue(slot, clock_now, handlers_of(slot), no_log());
  tokend::RateLimitedLog log(no_log(), tokend::RateLimitedLog::kForFaults, "requests");
  const tokend::ApiServices services{slot, clock_now, limits, queue, log, log};
  tokend::BatchPool batch_pool;
  tokend::ApiHandler handler(services, batch_pool);
  const std::string token = world.mint(Profile::kOrg, "arcadia-dev");
  const std::string question = json{{"authorization", token}, {"access", kDevRead}}.dump();
  tokend::Request verify;
  verify.method = "POST";
  verify.target = "/v1/verify";
  verify.body = question;
  tokend::Request whoami;
  whoami.method = "GET";
  whoami.target = "/v1/whoami";
  whoami.authorization = token;
  tokend::Request readyz;
  readyz.method = "GET";
  readyz.target = "/readyz";

  CHECK(code_of(handler.answer(verify)) == "store_unavailable");
  CHECK(code_of(handler.answer(readyz)) == "store_unavailable");
  CHECK(code_of(handler.answer(whoami)) == "store_unavailable");
  CHECK(slot.publish(judge_of(world)));
  CHECK(code_of(handler.answer(verify)) == "decided");
  CHECK(code_of(handler.answer(readyz)) == "ready");
  CHECK(std::holds_alternative<std::shared_ptr<tokend::Job>>(handler.answer(whoami)));
  std::this_thread::sleep_for(2100ms);
  CHECK(std::get<tokend::Response>(handler.answer(verify)).status == 503);
  CHECK(code_of(handler.answer(verify)) == "stale");
  CHECK(code_of(handler.answer(readyz)) == "stale");
  CHECK(code_of(handler.answer(whoami)) == "stale");
}

TEST_CASE("a revocation is acknowledged only once the judge of the moment has it", "[queue]") {
  World world;
  tokend::CurrentJudge slot;
  REQUIRE(slot.publish(judge_of(world)));
  bool looks = true;
  bool publishes = false;
  tokend::ManagementHandler handler(slot, clock_now,
                                    {[&] {
                                       if (publishes) (void)slot.publish(judge_of(world));
                                       return looks;
                                     },
                                     [](const TokenId&) {}, [](const auto&) { return tokend::RefusalLimit::Answer{}; }},
                                    no_log(), any_usage());
  const Made admin = make(world, Profile::kOrg, "arcadia-dev", std::nullopt, "ann");
  REQUIRE(slot.publish(judge_of(world)));
  const auto revoke = [&](const std::string& target) {
    const auto route = tokend::find_route("DELETE", target);
    REQUIRE(route);
    const auto request = tokend::ManagementRequest::parse(*route, "", clock_now());
    REQUIRE(request);
    return handler.answer(*request, admin.header, tokend::Peer{}, *world.store).status;
  };
  for (const bool by_holder : {false, true}) {
    const Made leaked = make(world, Profile::kReadonly, "arcadia-dev", std::nullopt, "bob");
    const std::string target = by_holder ? "/v1/tokens?for=bob" : "/v1/tokens/" + leaked.id;
    publishes = false;
    looks = true;  // but at a store that does not have it
    CHECK(revoke(target) == 503);
    looks = false;
    CHECK(revoke(target) == 503);
    publishes = looks = true;
    CHECK(revoke(target) == 200);
  }
}

TEST_CASE("a write that waits for a lock holds up no decision, no list, and of what waits behind it only a share",
          "[queue]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const Made second = make(world, Profile::kOrg, "arcadia-dev");
  REQUIRE(tell(daemon, admin.header, "GET", "/v1/tokens").status == 200);

  std::optional<WriteLock> lock;
  lock.emplace(world.file());
  std::vector<std::unique_ptr<support::HttpConnection>> writers;
  const auto rotate = [&](const Made& token) {
    writers.push_back(std::make_unique<support::HttpConnection>(daemon.port()));
    writers.back()->send("POST /v1/keys/rotate HTTP/1.1\r\nHost: x\r\nAuthorization: " + token.header + "\r\n\r\n");
  };
  rotate(admin);
  std::this_thread::sleep_for(1s);  // until it is taken, and waits for the lock
  const std::size_t share = tokend::StoreQueue::shares_of(tokend::Lane::kWrite).of_token;
  for (std::size_t i = 0; i < share; ++i) rotate(admin);
  std::this_thread::sleep_for(1s);
  const auto before = std::chrono::steady_clock::now();
  const Told busy = tell(daemon, admin.header, "POST", "/v1/keys/rotate");
  CHECK(busy.outcome() == "503 busy");
  CHECK(busy.headers.at("retry-after") == "1");
  CHECK(std::chrono::steady_clock::now() - before >= tokend::StoreQueue::kRefusalDelay);
  rotate(second);  // which has a share of its own
  CHECK(tell(daemon, admin.header, "GET", "/v1/tokens").status == 200);
  CHECK(outcome(ask(daemon, admin.header, kDevRead)) == "allowed");
  CHECK(support::get(daemon.port(), "/readyz").status == 200);
  CHECK(std::chrono::steady_clock::now() - before < 3s);

  lock.reset();
  for (const auto& writer : writers) {
    const auto answer = writer->receive();
    REQUIRE(answer);
    CHECK(answer->status == 201);
  }
}

TEST_CASE("what many clients write at once is written together", "[queue]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  constexpr std::size_t kClients = 32;
  std::vector<Made> tokens;
  for (std::size_t i = 0; i < kClients; ++i) tokens.push_back(make(world, Profile::kOrg, "arcadia-dev"));
  const Made leaked = make(world, Profile::kReadonly, "arcadia-dev");
  REQUIRE(tell(daemon, tokens.front().header, "GET", "/v1/tokens").status == 200);
  const auto writes = [&] { return must(authority::Snapshot::load(*world.store))->revision().number; };
  const std::int64_t before = writes();

  std::optional<WriteLock> lock;
  lock.emplace(world.file());
  std::vector<std::unique_ptr<support::HttpConnection>> clients;
  const auto send = [&](const std::string& token, const std::string& request, const std::string& body) {
    clients.push_back(std::make_unique<support::HttpConnection>(daemon.port()));
    clients.back()->send(request + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token +
                         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  for (const Made& token : tokens) send(token.header, "POST /v1/tokens", R"({"profile":"readonly"})");
  // One of them is wrong, which is no harm to the others, and one revokes.
  send(tokens[0].header, "POST /v1/tokens", R"({"profile":"deploy","app":"nothing"})");
  send(tokens[1].header, "DELETE /v1/tokens/" + leaked.id, "");
  std::this_thread::sleep_for(1s);  // until all of them wait
  lock.reset();

  std::vector<int> statuses;
  std::vector<std::string> made;
  for (const auto& client : clients) {
    const auto answer = client->receive();
    REQUIRE(answer);
    statuses.push_back(answer->status);
    if (answer->status == 201) made.push_back(json::parse(answer->body).at("id"));
  }
  std::vector<int> expected(kClients, 201);
  expected.push_back(404);
  expected.push_back(200);
  CHECK(statuses == expected);
  for (const std::string& id : made) CHECK(authority::find_token(*world.store, must(parse_token_id(id))));
  CHECK(must(authority::Snapshot::load(*world.store))->is_revoked(must(parse_token_id(leaked.id))));
  CHECK(writes() - before <= std::int64_t{kClients / 2});
}

TEST_CASE("a stolen token keeps neither itself nor another from being revoked, whatever it floods the daemon with",
          "[queue]") {
  World world;
  const support::Daemon daemon = start_tokend(world);
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  const Made other = make(world, Profile::kOrg, "arcadia-prod");
  const Made stolen = make(world, Profile::kReadonly, "arcadia-dev");
  const Made stolen_deploy = make(world, Profile::kDeploy, "arcadia-dev", "arcadia-dev-api");
  std::vector<std::string> leaked;
  for (int i = 0; i < 20; ++i) leaked.push_back(make(world, Profile::kReadonly, "arcadia-dev").id);

  const std::string list = "GET /v1/tokens?limit=10000 HTTP/1.1\r\nHost: x\r\nAuthorization: ";
  const std::string revoke = "DELETE /v1/tokens/" + admin.id + " HTTP/1.1\r\nHost: x\r\nAuthorization: ";
  const std::string mint = "POST /v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 22\r\nAuthorization: ";
  const std::vector<std::string> floods{list + stolen.header + "\r\n\r\n", revoke + stolen.header + "\r\n\r\n",
                                        revoke + stolen_deploy.header + "\r\n\r\n",
                                        mint + stolen.header + "\r\n\r\n" + R"({"profile":"readonly"})"};
  std::atomic<bool> stop{false};
  std::vector<std::thread> attackers;
  for (std::size_t i = 0; i < 64; ++i) {
    attackers.emplace_back([&, i] {
      support::HttpConnection connection(daemon.port());
      while (!stop) {
        connection.send(floods[i % floods.size()]);
        if (!connection.receive()) return;
      }
    });
  }
  std::this_thread::sleep_for(300ms);
  std::vector<std::string> outcomes;
  for (const std::string& id : leaked)
    outcomes.push_back(tell(daemon, admin.header, "DELETE", "/v1/tokens/" + id).outcome());
  CHECK(outcomes == std::vector<std::string>(leaked.size(), "200"));
  CHECK(tell(daemon, other.header, "GET", "/v1/tokens").status == 200);
  CHECK(tell(daemon, admin.header, "DELETE", "/v1/tokens/" + stolen.id).status == 200);
  CHECK(tell(daemon, stolen.header, "GET", "/v1/tokens").outcome() == "401 revoked");
  stop = true;
  for (std::thread& thread : attackers) thread.join();

  authority::AuditFilter filter;
  filter.limit = 100'000;
  const auto entries = must(authority::list_audit(*world.store, filter));
  const auto refusals = std::count_if(entries.begin(), entries.end(), [](const auto& entry) { return entry.refused; });
  CHECK(refusals >= 2);
  CHECK(refusals <= 20);  // and not as many as there were
}

TEST_CASE("a client that goes away leaves the store to the others", "[queue]") {
  World world;
  support::Daemon daemon = start_tokend(world);
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  for (int i = 0; i < 20; ++i) {
    support::HttpConnection gone(daemon.port());
    gone.send("GET /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: " + admin.header + "\r\n\r\n");
    if (i % 2 == 0) gone.reset();
  }
  CHECK(support::eventually([&] { return tell(daemon, admin.header, "GET", "/v1/tokens").status == 200; }, 5s));
  daemon.process().signal(SIGTERM);
  CHECK(daemon.process().wait().exit_code == 0);
}

TEST_CASE("requests under way when it is told to stop are answered", "[queue]") {
  World world;
  support::Daemon daemon = start_tokend(world);
  const Made admin = make(world, Profile::kOrg, "arcadia-dev");
  REQUIRE(tell(daemon, admin.header, "GET", "/v1/tokens").status == 200);
  std::optional<WriteLock> lock;
  lock.emplace(world.file());
  support::HttpConnection writing(daemon.port());
  writing.send("POST /v1/keys/rotate HTTP/1.1\r\nHost: x\r\nAuthorization: " + admin.header + "\r\n\r\n");
  std::this_thread::sleep_for(300ms);
  daemon.process().signal(SIGTERM);
  std::this_thread::sleep_for(300ms);
  lock.reset();
  const auto answer = writing.receive();
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(daemon.process().wait().exit_code == 0);
}

TEST_CASE("a token's use is written once a day, and what cannot be written waits", "[queue]") {
  World world;
  tokend::CurrentJudge slot;
  const auto live = must(tokend::LiveSnapshot::open(world.address, slot, no_log()));
  live->start();
  tokend::StoreQueue queue(slot, clock_now, handlers_of(slot), no_log(), 50ms);
  queue.start(world.address, *live);
  const Made one = make(world, Profile::kReadonly, "arcadia-dev");
  const Made two = make(world, Profile::kReadonly, "arcadia-dev");
  const TokenId first = must(parse_token_id(one.id));
  queue.note_uses({first, must(parse_token_id("00000000-0000-5000-8000-000000000001"))});
  REQUIRE(support::eventually([&] { return last_used(world, one.id).has_value(); }, 5s));
  const std::int64_t version = must(world.store->data_version());
  for (int i = 0; i < 10; ++i) {
    queue.note_uses({first});
    std::this_thread::sleep_for(30ms);
  }
  CHECK(must(world.store->data_version()) == version);
  queue.note_uses({first, must(parse_token_id(two.id))});
  CHECK(support::eventually([&] { return last_used(world, two.id).has_value(); }, 5s));
}
