#include "walk.h"

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

namespace faults {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

/// Less than the daemon gives a client, so that nobody is answered because that time was over.
constexpr seconds kPatience{8};
constexpr std::uint64_t kFarMore = 10'000'000;
constexpr std::uint64_t kMoreThanCounted = 1000;

std::vector<std::string> arguments_for(const World& world, const std::string& socket,
                                       const std::optional<TlsFiles>& tls) {
  std::vector<std::string> arguments{"--listen", "127.0.0.1:0",       "--listen",          "unix:" + socket,
                                     "--store",  world.address().url, "--max-connections", "24"};
  if (tls) arguments.insert(arguments.end(), {"--tls-cert", tls->certificate, "--tls-key", tls->key});
  return support::without_usage_limits(std::move(arguments));
}

}  // namespace

Subject::Subject(const World& world, bool tls)
    : tls_(tls ? std::optional<TlsFiles>(std::in_place, sockets_.path(), "localhost") : std::nullopt),
      daemon_(TOKEND_PROGRAM, arguments_for(world, socket(), tls_), plan_.environment()) {}

std::optional<support::HttpAnswer> Subject::exchange(Via via, const std::string& request) {
  const auto begun = steady_clock::now();
  std::optional<support::HttpAnswer> answer;
  try {
    std::optional<support::HttpConnection> connection;
    switch (via) {
      case Via::kTcp: connection.emplace(daemon_.port()); break;
      case Via::kUnix: connection.emplace(socket()); break;
      case Via::kTls: connection.emplace(daemon_.port(), support::TlsClient{tls_->certificate, "", ""}); break;
    }
    connection->send(request);
    answer = connection->receive();
  } catch (const std::runtime_error&) {  // it would not have the connection
  }
  must(steady_clock::now() - begun < kPatience, "a client is left hanging");
  return answer;
}

void Subject::check(const std::vector<Held>& tokens) {
  const auto is_judged_rightly = [&](const Held& token) {
    if (!daemon_.process().running()) throw std::runtime_error("the daemon has ended: " + daemon_.log());
    const auto answer = exchange(Via::kUnix, support::post_bytes("/v1/verify", question_about(token)));
    const bool allowed = answer && answer->body.find("\"allowed\":true") != std::string::npos;
    must(!allowed || !token.revoked, "a revoked token is allowed");
    return token.revoked ? answer && answer->body.find("\"revoked\"") != std::string::npos : allowed;
  };
  const auto all_are = [&] { return std::all_of(tokens.begin(), tokens.end(), is_judged_rightly); };
  if (support::eventually(all_are, seconds(5))) return;  // the log is long, and only read if it is needed
  throw std::runtime_error("the daemon does not judge any more: " + daemon_.log());
}

void Subject::stop() {
  daemon_.process().signal(SIGTERM);
  const auto result = daemon_.process().wait();
  must(result.exit_code == 0, "it does not stop well: " + std::to_string(result.exit_code) + " " + result.err);
}

std::size_t walk(support::FaultPlan& plan, const Failing& failing, const std::string& name,
                 const std::function<void()>& act, const std::function<void()>& check) {
  std::uint64_t n = kFarMore;  // at first none fails, and they are counted
  std::uint64_t step = 0;
  std::uint64_t most_calls = 0;
  std::uint64_t counted = 0;
  std::size_t rounds = 0;
  while (true) {
    plan.fail_nth(failing.fault, n, failing.in_a_row);
    try {
      act();
      const std::uint64_t failed = plan.stop();
      check();
      if (step == 0) {
        const std::uint64_t most = static_cast<std::uint64_t>(failing.rounds);
        counted = plan.calls();
        step = std::max<std::uint64_t>(1, (plan.calls() + most - 1) / most);
        n = 1 + step / 2;
        continue;
      }
      ++rounds;
      most_calls = std::max(most_calls, plan.calls());
      // Where each round adds a row that the next one reads again, there are ever more calls, of the same kind.
      if ((failed == 0 && n > most_calls) || n > counted + kMoreThanCounted) return rounds;
    } catch (const std::exception& error) {
      plan.stop();
      throw std::runtime_error(name + ", fault " + std::to_string(static_cast<int>(failing.fault)) + ", call " +
                               std::to_string(n) + " and " + std::to_string(failing.in_a_row - 1) +
                               " more: " + error.what() + "\nThe call failed at:\n" + plan.trace());
    }
    n += step;
  }
}

}  // namespace faults
