// What the store costs under load: pages of a long list, minting alone and beside those who list everything, durable
// mints beside what bare SQLite commits, memory, and revoking with a million revocations. One run, each figure with
// what is wanted.
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/issuer.h"
#include "support/daemon.h"
#include "support/http_client.h"

namespace {

using namespace libtoken;
using namespace libtoken::authority;
using Clock = std::chrono::steady_clock;
using Millis = std::chrono::duration<double, std::milli>;

constexpr int kClients = 32;
constexpr int kListers = 4;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "load_store: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  give_up(result.error().message);
}

class Database {
 public:
  explicit Database(const std::string& file) {
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) give_up("cannot open " + file);
    sqlite3_busy_timeout(handle_, 10'000);
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  /// The first column of each row.
  void rows(const std::string& query, std::vector<std::string>& found) const {
    sqlite3_stmt* row = nullptr;
    if (sqlite3_prepare_v2(handle_, query.c_str(), -1, &row, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(handle_));
    while (sqlite3_step(row) == SQLITE_ROW) {
      found.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
    }
    sqlite3_finalize(row);
  }
  void run(const std::string& statements) {
    if (sqlite3_exec(handle_, statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      give_up(sqlite3_errmsg(handle_));
    }
  }

 private:
  sqlite3* handle_ = nullptr;
};

struct Example {
  Example(const std::filesystem::path& folder, int count) : file((folder / "tokens.db").string()), tokens(count) {
    auto store = must(Store::init({"sqlite:" + file, std::nullopt}, kDefaultLocation));
    (void)must(create_org(store, "arcadia-prod", std::nullopt, local_actor(), std::time(nullptr)));
    for (int i = 0; i < kClients; ++i) {
      MintRequest request;
      request.org = std::string("arcadia-prod");
      request.profile = Profile::kOrg;
      admins.push_back(must(mint(store, request, local_actor(), std::time(nullptr))).header);
    }
    Database database(file);
    database.run(
        "BEGIN; INSERT INTO tokens (id, org, kid, profile, app_name, name, name_key, holder, holder_key, local_user,"
        " not_after, created) SELECT lower(hex(randomblob(4))) || '-0000-5000-8000-' || lower(hex(randomblob(6))),"
        " (SELECT id FROM orgs), (SELECT kid FROM keys), 'readonly', '', 'token ' || value, 'token ' || value,"
        " 'user ' || value % 100000 || '@example.com', 'user ' || value % 100000 || '@example.com', 'ann', " +
        std::to_string(std::time(nullptr) + 90 * 24 * 60 * 60) + ", " + std::to_string(std::time(nullptr) - 2 * count) +
        " + value FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION"
        " ALL SELECT value + 1 FROM n WHERE value < " +
        std::to_string(count) + ") SELECT value FROM n); COMMIT");
  }
  /// Ids of tokens, as the rest of the statement says.
  [[nodiscard]] std::vector<std::string> ids(const std::string& which) const {
    std::vector<std::string> found;
    const Database database(file);
    database.rows("SELECT id FROM tokens " + which, found);
    return found;
  }
  void add_revocations(int count) const {
    Database(file).run(
        "INSERT INTO revocations (id, created) SELECT lower(hex(randomblob(4))) || '-0000-5000-8000-' ||"
        " lower(hex(randomblob(6))), 1 FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n"
        " WHERE value < " +
        std::to_string(count) + ") SELECT value FROM n)");
  }
  std::string file;
  int tokens;
  std::vector<std::string> admins;
};

/// Asks on a connection of its own, again and again.
class Client {
 public:
  Client(int port, std::string token) : connection_(port), token_(std::move(token)) {}
  support::HttpAnswer ask(const std::string& method, const std::string& target, const std::string& body = "") {
    std::string request = method + " " + target + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token_ + "\r\n";
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    connection_.send(request + "\r\n" + body);
    auto answer = connection_.receive();
    if (!answer) give_up("the daemon ended a connection");
    return std::move(*answer);
  }
  bool mint() { return ask("POST", "/v1/tokens", R"({"profile":"readonly","for":"robot"})").status == 201; }
  /// The id with which the next page begins; "": there is none.
  std::string list(const std::string& query) {
    const auto answer = ask("GET", "/v1/tokens" + (query.empty() ? "" : "?" + query));
    if (answer.status == 503 || answer.status == 429) return "again";
    if (answer.status != 200) give_up("a list was answered " + std::to_string(answer.status));
    const auto at = answer.body.rfind(R"("next":")");
    return at == std::string::npos ? "" : answer.body.substr(at + 8, 36);
  }
  /// Everything, in the pages that the daemon gives. How many pages.
  int list_all(const std::atomic<bool>* stop = nullptr, const std::string& limit = "") {
    int pages = 0;
    std::string after;
    while (stop == nullptr || !*stop) {
      const std::string next = list(after.empty() ? limit : limit + (limit.empty() ? "" : "&") + "after=" + after);
      if (next == "again") continue;
      ++pages;
      if (next.empty()) break;
      after = next;
    }
    return pages;
  }

 private:
  support::HttpConnection connection_;
  std::string token_;
};

double quantile(std::vector<double>& ms, double part) {
  if (ms.empty()) return 0;
  std::sort(ms.begin(), ms.end());
  return ms[std::min(ms.size() - 1, static_cast<std::size_t>(part * static_cast<double>(ms.size())))];
}

std::vector<double> measure(int times, const std::function<bool()>& ask) {
  std::vector<double> ms;
  for (int i = 0; i < times; ++i) {
    const auto before = Clock::now();
    if (ask()) ms.push_back(Millis(Clock::now() - before).count());
  }
  return ms;
}

std::vector<double> measure_for(std::chrono::seconds duration, const std::function<bool()>& ask) {
  std::vector<double> ms;
  for (const auto until = Clock::now() + duration; Clock::now() < until;) {
    const auto before = Clock::now();
    if (ask()) ms.push_back(Millis(Clock::now() - before).count());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return ms;
}

double memory_mib(pid_t pid, const char* what) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(what, 0) == 0) return std::atof(line.c_str() + std::strlen(what)) / 1024;
  }
  return 0;
}

bool all_reached = true;
enum class Goal { kAtMost, kAtLeast };
void reached(const std::string& what, double value, const char* unit, Goal how, double goal) {
  const bool yes = how == Goal::kAtMost ? value <= goal : value >= goal;
  all_reached = all_reached && yes;
  std::printf("  %-66s %9.2f %-4s %-8s %8.2f  %s\n", what.c_str(), value, unit,
              how == Goal::kAtMost ? "at most" : "at least", goal, yes ? "yes" : "NO");
  std::fflush(stdout);
}
void said(const std::string& what, double value, const char* unit) {
  std::printf("  %-66s %9.2f %s\n", what.c_str(), value, unit);
  std::fflush(stdout);
}

/// One row after the other in transactions of their own, with the settings of a store.
double bare_commits(const std::filesystem::path& folder, std::chrono::seconds duration) {
  const std::string file = (folder / "bare.db").string();
  sqlite3* database = nullptr;
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK) give_up("cannot make the bare database");
  sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id TEXT PRIMARY KEY)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO t VALUES (lower(hex(randomblob(16))))", -1, &insert, nullptr);
  int commits = 0;
  const auto begin = Clock::now();
  while (Clock::now() - begin < duration) {
    if (sqlite3_step(insert) != SQLITE_DONE) give_up("the bare database fails");
    sqlite3_reset(insert);
    ++commits;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return commits / seconds;
}

/// Mints a second over all clients; `same`: all have one token.
double mints(const Example& example, int port, std::chrono::seconds duration, bool same, std::size_t& refused) {
  std::atomic<std::size_t> made{0}, not_made{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      Client client(port, example.admins[same ? 0 : static_cast<std::size_t>(i)]);
      while (!stop) ++(client.mint() ? made : not_made);
    });
  }
  std::this_thread::sleep_for(duration);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  refused = not_made;
  return static_cast<double>(made) / static_cast<double>(duration.count());
}

void measure_pages(const Example& example, int port, const std::string& size) {
  Client client(port, example.admins[0]);
  (void)client.list("limit=100");
  auto first = measure(30, [&] { return client.list("limit=100") != "again"; });
  reached("page of 100 of " + size + ", the first, p50", quantile(first, 0.5), "ms", Goal::kAtMost, 3);
  const std::string last_page = example.ids("ORDER BY created DESC, id DESC LIMIT 1 OFFSET 100").front();
  auto last = measure(30, [&] { return client.list("limit=100&after=" + last_page) != "again"; });
  reached("page of 100 of " + size + ", the last, p50", quantile(last, 0.5), "ms", Goal::kAtMost, 3);
  for (const char* filter : {"for=user%20500@example.com", "name=token%20700", "profile=deploy", "expiring=24h",
                             "for=nobody", "expired=true", "revoked=true"}) {
    auto some = measure(10, [&] { return client.list(std::string("limit=100&") + filter) != "again"; });
    reached("page of 100 of " + size + ", " + filter + ", p50", quantile(some, 0.5), "ms", Goal::kAtMost, 3);
  }
}

void measure_revoking(const Example& example, int port, const std::string& with) {
  Client client(port, example.admins[0]);
  const auto ids = example.ids("WHERE name <> '' AND id NOT IN (SELECT id FROM revocations) LIMIT 40");
  std::size_t number = 0;
  auto by_id = measure(30, [&] { return client.ask("DELETE", "/v1/tokens/" + ids[number++]).status == 200; });
  reached("a revocation by id, " + with + ", p50", quantile(by_id, 0.5), "ms", Goal::kAtMost, 5);
  auto by_holder = measure(10, [&] {
    return client.ask("DELETE", "/v1/tokens?for=user%20" + std::to_string(++number) + "@exampel.com").status == 200;
  });
  reached("a revocation by holder with near misses, " + with + ", p50", quantile(by_holder, 0.5), "ms", Goal::kAtMost,
          15);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || std::atoi(argv[2]) < 1) {
    std::fprintf(stderr, "usage: load_store TOKEND SECONDS [TOKENS [DIRECTORY]]\n");
    return 2;
  }
  const std::chrono::seconds duration(std::atoi(argv[2]));
  const int count = argc > 3 ? std::atoi(argv[3]) : 1'000'000;
  if (argc > 4) setenv("TMPDIR", argv[4], 1);
  const std::string size = std::to_string(count);
  const support::TempDir folder;
  const Example example(folder.path(), count);
  const std::vector<std::string> arguments = support::without_usage_limits(
      {"--listen", "127.0.0.1:0", "--store", "sqlite:" + example.file, "--log-level", "error"});
  std::printf("%d tokens\n", count);
  {
    const support::Daemon daemon(argv[1], arguments);
    measure_pages(example, daemon.port(), size);
    measure_revoking(example, daemon.port(), size + " tokens");
  }
  {
    support::Daemon daemon(argv[1], arguments);
    said("memory at the start", memory_mib(daemon.process().pid(), "VmRSS:"), "MiB");
    Client client(daemon.port(), example.admins[0]);
    const auto before = Clock::now();
    const int pages = client.list_all();
    said("listing all, " + std::to_string(pages) + " pages", Millis(Clock::now() - before).count(), "ms");
    reached("memory after that", memory_mib(daemon.process().pid(), "VmRSS:"), "MiB", Goal::kAtMost, 40);
    (void)client.list_all(nullptr, "limit=10000");
    reached("memory after listing all in pages of 10000", memory_mib(daemon.process().pid(), "VmRSS:"), "MiB",
            Goal::kAtMost, 40);
  }
  {
    support::Daemon daemon(argv[1], arguments);
    Client client(daemon.port(), example.admins[0]);
    (void)measure(20, [&] { return client.mint(); });
    auto alone = measure_for(duration, [&] { return client.mint(); });
    std::atomic<bool> stop{false};
    std::vector<std::thread> listers;
    for (int i = 0; i < kListers; ++i) {
      listers.emplace_back([&, i] {
        Client lists(daemon.port(), example.admins[static_cast<std::size_t>(i) + 1]);
        while (!stop) (void)lists.list_all(&stop);
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    auto beside = measure_for(duration, [&] { return client.mint(); });
    stop = true;
    for (std::thread& thread : listers) thread.join();
    said("a mint alone, p50", quantile(alone, 0.5), "ms");
    said("a mint alone, p99", quantile(alone, 0.99), "ms");
    said("a mint beside four clients that list everything, p50", quantile(beside, 0.5), "ms");
    said("a mint beside four clients that list everything, p99", quantile(beside, 0.99), "ms");
    reached("of alone, p99", quantile(beside, 0.99) / quantile(alone, 0.99), "x", Goal::kAtMost, 3);
  }
  {
    support::Daemon daemon(argv[1], arguments);
    std::size_t refused = 0;
    const double bare_before = bare_commits(folder.path(), duration);
    const double made = mints(example, daemon.port(), duration, false, refused);
    const double bare_after = bare_commits(folder.path(), duration);
    const double bare = (bare_before + bare_after) / 2;
    said("bare one-row commits of SQLite, a second", bare, "");
    said("durable mints over HTTP at 32 clients, a second", made, "");
    said("  of them refused", static_cast<double>(refused), "");
    reached("mints, of bare commits", made / bare, "x", Goal::kAtLeast, 1);
    const double one = mints(example, daemon.port(), duration, true, refused);
    said("the same with one token for all clients, a second", one, "");
    said("  of them refused", static_cast<double>(refused), "");
    reached("mints with one token, of bare commits", one / bare, "x", Goal::kAtLeast, 1);
  }
  {
    example.add_revocations(1'000'000);
    support::Daemon daemon(argv[1], arguments);
    measure_revoking(example, daemon.port(), "1000000 revocations");
  }
  return all_reached ? 0 : 1;
}
