#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/store/check.h"
#include "authority/store/store.h"
#include "support/daemon.h"
#include "support/http_client.h"

namespace faults {

struct Options {
  int rounds = 0;
  std::uint64_t seed = 0;
  std::string only;  ///< of a walk, only the request of this name; "": all
};

// The tests; main.cc says what each is for. They throw at the first thing that does not hold.
void kill_tokenctl(const Options& options);
void kill_tokend(const Options& options);
void fail_memory(const Options& options);
void starve(const Options& options);
void fail_calls(const Options& options);
void fail_start(const Options& options);
void fail_command_line(const Options& options);
void fail_writes(const Options& options);
void move_clock(const Options& options);
void share_store(const Options& options);
void revoke_reload(const Options& options);

/// Throws, and so fails the test, unless it holds.
inline void must(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

template <class T>
T value_of(libtoken::Result<T> result, const std::string& of) {
  must(result.has_value(), of + ": " + (result ? "" : result.error().message));
  return std::move(*result);
}

/// A token as whoever holds it has it, and what is known to have become of it.
struct Held {
  std::string header;
  libtoken::TokenId id;
  bool revoked = false;  ///< somebody was told so, or it was seen
};
/// Throws if it is no token.
[[nodiscard]] Held held(const std::string& header);

/// What is asked of every store after whatever was done to it.
struct Truth {
  libtoken::authority::CheckReport report;
  std::set<libtoken::TokenId> tokens;
  std::size_t keys = 0;  ///< of arcadia-dev
  std::shared_ptr<const libtoken::authority::Snapshot> snapshot;

  [[nodiscard]] bool has(const Held& token) const { return tokens.contains(token.id); }
  [[nodiscard]] bool is_revoked(const Held& token) const { return snapshot->is_revoked(token.id); }
  /// Whether a judge lets it read its org.
  [[nodiscard]] bool allows(const Held& token) const;
};

/// A store with the org arcadia-dev in it and its app, in a folder of its own.
class World {
 public:
  World();
  /// A copy of its files as they are.
  explicit World(const World& other);
  World& operator=(const World&) = delete;

  [[nodiscard]] std::string file() const { return (folder_.path() / "tokens.db").string(); }
  [[nodiscard]] std::filesystem::path in_folder(const std::string& name) const { return folder_.path() / name; }
  [[nodiscard]] libtoken::authority::StoreAddress address() const { return {"sqlite:" + file(), std::nullopt}; }
  [[nodiscard]] std::set<std::string> names() const;

  /// A token of the org, made by the library. It ends only if that is said.
  Held mint(std::optional<std::int64_t> not_after_unix_s = std::nullopt, bool admin = false) const;
  /// So many that never end and may only read.
  std::vector<Held> mint_many(int count) const;
  void revoke(const Held& token) const;

  /// `tokenctl --store … ARGUMENTS`, unless the arguments begin with a store of their own.
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> arguments) const;
  [[nodiscard]] support::RunResult tokenctl(std::vector<std::string> arguments,
                                            const support::Environment& environment = {}) const;
  [[nodiscard]] support::Daemon tokend(const support::Environment& environment = {}) const;

  /// Opens the store and looks through it: without fault, and what the audit says was done is what there is, so that
  /// nothing is half done. `opening`: how long it took until it could be judged by.
  [[nodiscard]] Truth truth(std::chrono::milliseconds* opening = nullptr) const;

 private:
  support::TempDir folder_;
};

/// A connection to tokend that asks with a token, and keeps to HTTP's order.
class Asker {
 public:
  Asker(int port, std::string token) : connection_(port), token_(std::move(token)) {}
  /// Nothing: the connection has ended.
  [[nodiscard]] std::optional<support::HttpAnswer> ask(const std::string& method, const std::string& target,
                                                       const std::string& body = "");

 private:
  support::HttpConnection connection_;
  std::string token_;
};

/// What POST /v1/verify says of a token that is to read its org: "allowed", or the first reason's or the error's code.
[[nodiscard]] std::string verdict(const support::Daemon& daemon, const Held& token);

/// Somewhere between these.
[[nodiscard]] std::chrono::microseconds random_between(std::mt19937_64& random, std::chrono::microseconds least,
                                                       std::chrono::microseconds most);

}  // namespace faults
