#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "faults.h"

namespace faults {
namespace {

/// What one of the writers was told.
struct Writer {
  std::vector<Held> tokens;
  std::size_t rotations = 0;
  std::string complaint;
};

void fail_if(bool bad, Writer& writer, const std::string& what) {
  if (bad && writer.complaint.empty()) writer.complaint = what;
}

void write_with_tokenctl(const World& world, int rounds, Writer& writer) {
  const auto run = [&](std::vector<std::string> arguments) {
    const auto result = world.tokenctl(std::move(arguments));
    fail_if(result.exit_code != 0 || result.err.find("locked") != std::string::npos, writer, "tokenctl: " + result.err);
    return result.out;
  };
  for (int i = 0; i < rounds && writer.complaint.empty(); ++i) {
    const std::string token = run({"create", "readonly", "--org", "arcadia-dev", "--expiry", "never"});
    if (!writer.complaint.empty()) return;
    writer.tokens.push_back(held(token.substr(0, token.find('\n'))));
    if (i % 2 == 0) {
      (void)run({"revoke", to_string(writer.tokens.back().id)});
      writer.tokens.back().revoked = true;
    }
    if (i % 5 == 0) {
      (void)run({"keys", "rotate", "--org", "arcadia-dev"});
      ++writer.rotations;
    }
  }
}

void write_with_tokend(int port, const std::string& admin, int rounds, Writer& writer) {
  Asker asker(port, admin);
  const auto ask = [&](const char* method, const std::string& target, int status, const std::string& body) {
    const auto answer = asker.ask(method, target, body);
    fail_if(!answer || answer->status != status, writer, answer ? "tokend: " + answer->body : "tokend does not answer");
    return answer ? answer->body : "";
  };
  // It is the faster of the two: more of them, so that both write for about as long.
  for (int i = 0; i < 4 * rounds && writer.complaint.empty(); ++i) {
    const std::string made =
        ask("POST", "/v1/tokens", 201, R"({"profile":"readonly","org":"arcadia-dev","expiry":"never"})");
    if (!writer.complaint.empty()) return;
    writer.tokens.push_back(held(nlohmann::json::parse(made).at("token")));
    if (i % 2 == 0) {
      (void)ask("DELETE", "/v1/tokens/" + to_string(writer.tokens.back().id), 200, "");
      writer.tokens.back().revoked = true;
    }
    if (i % 20 == 0) {
      (void)ask("POST", "/v1/keys/rotate", 201, "{}");
      ++writer.rotations;
    }
  }
}

}  // namespace

void share_store(const Options& options) {
  const World world;
  const Held admin = world.mint(std::nullopt, true);
  auto daemon = world.tokend();
  Writer writers[4];
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] { write_with_tokenctl(world, options.rounds, writers[i]); });
    threads.emplace_back([&, i] { write_with_tokend(daemon.port(), admin.header, options.rounds, writers[2 + i]); });
  }
  for (std::thread& thread : threads) thread.join();

  const Truth truth = world.truth();
  std::size_t tokens = 1;
  std::size_t revocations = 0;
  std::size_t keys = 1;
  for (const Writer& writer : writers) {
    must(writer.complaint.empty(), writer.complaint);
    tokens += writer.tokens.size();
    keys += writer.rotations;
    for (const Held& token : writer.tokens) {
      must(truth.has(token), "a token that was handed out is not in the registry");
      must(truth.is_revoked(token) == token.revoked, "a revocation was lost, or is of the wrong token");
      revocations += token.revoked ? 1 : 0;
    }
  }
  must(truth.report.tokens == tokens && truth.report.revocations == revocations && truth.keys == keys,
       "there is more, or less, than was asked for");
  for (const Writer& writer : writers) {
    const Held& last = writer.tokens.back();
    const std::string wanted = last.revoked ? "revoked" : "allowed";
    must(support::eventually([&] { return verdict(daemon, last) == wanted; }, std::chrono::seconds(5)),
         "the daemon does not know what was done last");
  }
  must(daemon.log().find("locked") == std::string::npos, "the log speaks of a lock: " + daemon.log());
  std::cout << tokens << " tokens, " << revocations << " revocations, " << keys << " keys\n";
}

}  // namespace faults
