// What a stolen token can do to others through the registry. A store with 20 000 tokens, half of them of each org; 64
// connections that list, revoke and mint without a pause with one read-only token of arcadia-dev; and meanwhile the
// administrator of arcadia-dev, who revokes, and arcadia-prod, which lists. Each is measured alone and beside the
// attack, in one run, and is printed with what is wanted.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "authority/tokens/issuer.h"
#include "support/daemon.h"
#include "support/http_client.h"

namespace {

using namespace libtoken;
using namespace libtoken::authority;
using Clock = std::chrono::steady_clock;

constexpr int kTokensOfEach = 10'000;
constexpr int kAttackers = 64;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "load_registry: %s\n", result.error().message.c_str());
  std::exit(1);
}

struct Example {
  explicit Example(const std::string& file)
      : store(must(Store::init({"sqlite:" + file, std::nullopt}, kDefaultLocation))) {
    for (const char* name : {"arcadia-dev", "arcadia-prod"}) {
      (void)must(create_org(store, name, std::nullopt, local_actor(), std::time(nullptr)));
    }
  }
  Minted mint(const char* org, Profile profile) {
    MintRequest request;
    request.org = std::string(org);
    request.profile = profile;
    return must(authority::mint(store, request, local_actor(), std::time(nullptr)));
  }
  Store store;
};

/// Asks on a connection of its own, again and again.
class Client {
 public:
  Client(int port, std::string token) : connection_(port), token_(std::move(token)) {}
  /// The status.
  int ask(const std::string& method, const std::string& target, const std::string& body = "") {
    std::string request = method + " " + target + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token_ + "\r\n";
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    connection_.send(request + "\r\n" + body);
    const auto answer = connection_.receive();
    return answer ? answer->status : 0;
  }

 private:
  support::HttpConnection connection_;
  std::string token_;
};

struct Measured {
  std::vector<double> ms;
  std::size_t refused = 0;

  double quantile(double part) {
    if (ms.empty()) return 0;
    std::sort(ms.begin(), ms.end());
    return ms[std::min(ms.size() - 1, static_cast<std::size_t>(part * static_cast<double>(ms.size())))];
  }
  void print(const char* what) {
    std::printf("  %-44s %6zu answers  %4zu refused   p50 %8.2f ms   p99 %8.2f ms\n", what, ms.size(), refused,
                quantile(0.5), quantile(0.99));
  }
};

/// Asks for so long, with a short pause between; how long each took.
Measured measure(std::chrono::seconds duration, const std::function<int()>& ask) {
  Measured measured;
  for (const auto until = Clock::now() + duration; Clock::now() < until;) {
    const auto before = Clock::now();
    if (ask() == 200) {
      measured.ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - before).count());
    } else {
      ++measured.refused;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return measured;
}

struct Both {
  Measured revoking, listing;
};

Both measure_both(int port, std::chrono::seconds duration, const std::string& admin, const std::string& other,
                  std::vector<std::string>& to_revoke) {
  Both both;
  std::thread lists([&] {
    Client client(port, other);
    both.listing = measure(duration, [&] { return client.ask("GET", "/v1/tokens?limit=1000"); });
  });
  Client client(port, admin);
  both.revoking = measure(duration, [&] {
    if (to_revoke.empty()) std::exit(1);
    const std::string id = std::move(to_revoke.back());
    to_revoke.pop_back();
    return client.ask("DELETE", "/v1/tokens/" + id);
  });
  lists.join();
  return both;
}

void reached(const char* what, double value, double goal, const char* unit) {
  std::printf("  %-72s %8.2f %-3s at most %7.2f   %s\n", what, value, unit, goal, value <= goal ? "yes" : "NO");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::atoi(argv[2]) < 1) {
    std::fprintf(stderr, "usage: load_registry TOKEND SECONDS\n");
    return 2;
  }
  const std::chrono::seconds duration(std::atoi(argv[2]));
  const support::TempDir folder;
  const std::string file = (folder.path() / "tokens.db").string();
  Example example(file);
  std::vector<std::string> to_revoke;
  for (int i = 0; i < kTokensOfEach; ++i) {
    to_revoke.push_back(to_string(example.mint("arcadia-dev", Profile::kReadonly).id));
    (void)example.mint("arcadia-prod", Profile::kReadonly);
  }
  const std::string admin = example.mint("arcadia-dev", Profile::kOrg).header;
  const std::string other = example.mint("arcadia-prod", Profile::kOrg).header;
  const std::string stolen = example.mint("arcadia-dev", Profile::kReadonly).header;
  const support::Daemon daemon(argv[1], support::without_usage_limits({"--listen", "127.0.0.1:0", "--store",
                                                                       "sqlite:" + file, "--log-level", "error"}));

  std::printf("alone\n");
  Both alone = measure_both(daemon.port(), duration, admin, other, to_revoke);
  alone.revoking.print("arcadia-dev's administrator revokes");
  alone.listing.print("arcadia-prod lists 1000 of 10000");

  const auto refusals = [&] {
    AuditFilter all;
    all.limit = 10'000'000;
    const auto entries = must(list_audit(example.store, all));
    return std::count_if(entries.begin(), entries.end(), [](const AuditEntry& entry) { return entry.refused; });
  };
  const struct {
    const char* what;
    const char* method;
    const char* target;
    const char* body;
  } attacks[] = {{"lists", "GET", "/v1/tokens", ""},
                 {"lists as much as it may", "GET", "/v1/tokens?limit=10000", ""},
                 {"revokes", "DELETE", "/v1/tokens?for=ann", ""},
                 {"mints", "POST", "/v1/tokens", R"({"profile":"readonly","org":"arcadia-dev"})"}};
  for (const auto& attack : attacks) {
    std::printf("64 connections with a read-only token: %s\n", attack.what);
    std::atomic<bool> stop{false};
    std::atomic<std::size_t> done{0}, refused{0};
    const auto before = refusals();
    std::vector<std::thread> attackers;
    for (int i = 0; i < kAttackers; ++i) {
      attackers.emplace_back([&] {
        Client client(daemon.port(), stolen);
        while (!stop) {
          const int status = client.ask(attack.method, attack.target, attack.body);
          ++(status == 503 ? refused : done);
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
    Both beside = measure_both(daemon.port(), duration, admin, other, to_revoke);
    stop = true;
    for (std::thread& thread : attackers) thread.join();
    const double seconds = static_cast<double>(duration.count()) + 1;
    std::printf("  the attack: %.0f answers a second, and %.0f times \"busy\"\n", static_cast<double>(done) / seconds,
                static_cast<double>(refused) / seconds);
    beside.revoking.print("arcadia-dev's administrator revokes");
    beside.listing.print("arcadia-prod lists 1000 of 10000");
    reached("revocations that were not answered 200", static_cast<double>(beside.revoking.refused), 0, "");
    reached("a revocation, p99", beside.revoking.quantile(0.99), 50, "ms");
    reached("another org's list, p99 of alone", beside.listing.quantile(0.99) / alone.listing.quantile(0.99), 2, "x");
    reached("lines of refusals in the audit, a second", static_cast<double>(refusals() - before) / seconds, 2, "");
  }
  return 0;
}
