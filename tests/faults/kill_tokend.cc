#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "faults.h"

namespace faults {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// One client of the daemon's: what it was told, and what it had asked for last without being told.
struct Client {
  std::vector<Held> tokens;
  std::size_t told_rotations = 0;
  std::size_t told = 0;
  std::size_t untold_mints = 0;
  std::size_t untold_rotations = 0;
  std::optional<std::size_t> untold_revocation;  ///< which of the tokens
  std::string complaint;

  void work(int port, const std::string& admin, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::optional<Asker> asker;
    try {
      asker.emplace(port, admin);
    } catch (const std::exception&) {
      return;  // it was killed before we came
    }
    while (complaint.empty() && step(*asker, random)) {
    }
  }

  // False: the connection has ended.
  bool step(Asker& asker, std::mt19937_64& random) {
    const auto choice = random() % 8;
    if (choice == 0) {
      ++untold_rotations;
      const auto answer = asker.ask("POST", "/v1/keys/rotate", "{}");
      if (!answer) return false;
      --untold_rotations;
      // An org has only so many keys, and nobody retires them here.
      constexpr int kConflict = 409;
      if (answer->status != kConflict) told_rotations += expect(*answer, 201) ? 1 : 0;
    } else if (choice < 4 && !tokens.empty()) {
      untold_revocation = random() % tokens.size();
      const auto answer = asker.ask("DELETE", "/v1/tokens/" + to_string(tokens[*untold_revocation].id));
      if (!answer) return false;
      if (expect(*answer, 200)) tokens[*untold_revocation].revoked = true;
      untold_revocation.reset();
    } else {
      ++untold_mints;
      const auto answer =
          asker.ask("POST", "/v1/tokens", R"({"profile":"readonly","org":"arcadia-dev","expiry":"never"})");
      if (!answer) return false;
      --untold_mints;
      if (expect(*answer, 201)) tokens.push_back(held(nlohmann::json::parse(answer->body).at("token")));
    }
    return true;
  }

  bool expect(const support::HttpAnswer& answer, int status) {
    if (answer.status == status) {
      ++told;
      return true;
    }
    complaint = std::to_string(answer.status) + " " + answer.body;
    return false;
  }
};

}  // namespace

void kill_tokend(const Options& options) {
  std::mt19937_64 random(options.seed);
  World world;
  const Held admin = world.mint(std::nullopt, true);
  Client clients[2];
  std::size_t keys = 1;
  std::size_t known_tokens = 1;
  int late = 0;
  for (int round = 0; round < options.rounds; ++round) {
    {
      support::Daemon daemon = world.tokend();
      // What was revoked before the last one was killed is refused by the next, from its first answer on.
      for (const Client& client : clients) {
        for (std::size_t i = client.tokens.size() > 3 ? client.tokens.size() - 3 : 0; i < client.tokens.size(); ++i) {
          if (!client.tokens[i].revoked) continue;
          must(verdict(daemon, client.tokens[i]) == "revoked", "the daemon accepts a revoked token");
        }
      }
      std::vector<std::thread> threads;
      for (Client& client : clients) {
        threads.emplace_back([&, seed = random()] { client.work(daemon.port(), admin.header, seed); });
      }
      std::this_thread::sleep_for(random_between(random, microseconds(2000), microseconds(100'000)));
      daemon.process().signal(SIGKILL);
      for (std::thread& thread : threads) thread.join();
      (void)daemon.process().wait();
    }
    milliseconds opening{0};
    const Truth truth = world.truth(&opening);
    late += opening > std::chrono::seconds(1) ? 1 : 0;

    std::size_t told_rotations = 0;
    std::size_t untold_rotations = 0;
    std::size_t told_mints = 0;
    std::size_t untold_mints = 0;
    for (Client& client : clients) {
      must(client.complaint.empty(), "the daemon would not: " + client.complaint);
      if (client.untold_revocation) {
        Held& token = client.tokens[*client.untold_revocation];
        token.revoked = token.revoked || truth.is_revoked(token);
        client.untold_revocation.reset();
      }
      for (const Held& token : client.tokens) {
        must(truth.has(token), "a token that was handed out is not in the registry");
        must(truth.is_revoked(token) == token.revoked, "a token was revoked, or its revocation is gone");
        must(truth.allows(token) == !token.revoked,
             token.revoked ? "a revoked token is accepted" : "a token is refused");
      }
      told_mints += client.tokens.size();
      untold_mints += client.untold_mints;
      told_rotations += client.told_rotations;
      untold_rotations += client.untold_rotations;
    }
    must(truth.report.tokens >= 1 + told_mints && truth.report.tokens <= 1 + told_mints + untold_mints,
         "tokens came or went");
    must(truth.keys >= 1 + told_rotations && truth.keys <= 1 + told_rotations + untold_rotations, "keys came or went");
    must(truth.report.tokens >= known_tokens && truth.keys >= keys, "tokens or keys are gone");
    known_tokens = truth.report.tokens;
    keys = truth.keys;
  }
  const std::size_t told = clients[0].told + clients[1].told;
  std::cout << options.rounds << " rounds, " << told << " writes that were answered; " << late << " opened late\n";
  must(late <= 1 + options.rounds / 50, "the store took more than a second to open");
  must(told > static_cast<std::size_t>(options.rounds), "hardly anything was written");
}

}  // namespace faults
