#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "asking.h"
#include "faults.h"
#include "support/fault_plan.h"
#include "support/tls_files.h"

namespace faults {

enum class Via : std::uint8_t { kTcp, kUnix, kTls };

/// A daemon whose calls fail as a plan says. It listens on TCP, with TLS or without, and on a unix socket.
class Subject {
 public:
  /// `world` is borrowed, and has to have been given all that the daemon is to know at its start.
  Subject(const World& world, bool tls);

  /// On a connection of its own. Nothing: the daemon ended it, or would not have it. Throws if it is left hanging.
  [[nodiscard]] std::optional<support::HttpAnswer> exchange(Via via, const std::string& request);

  [[nodiscard]] support::FaultPlan& plan() noexcept { return plan_; }
  [[nodiscard]] support::Daemon& daemon() noexcept { return daemon_; }
  [[nodiscard]] bool speaks_tls() const noexcept { return tls_.has_value(); }

  /// Throws unless the daemon lives, allows the tokens that are not revoked, and refuses the others as revoked, once it
  /// has had a few seconds; and if it ever allows one that is revoked.
  void check(const std::vector<Held>& tokens);
  [[nodiscard]] std::string socket() const { return sockets_.path() / "s"; }
  /// Throws unless it stops when it is told to.
  void stop();

 private:
  support::TempDir sockets_;
  std::optional<TlsFiles> tls_;
  support::FaultPlan plan_;
  support::Daemon daemon_;
};

/// A request that is made over and over, while calls of the daemon's fail.
struct Walked {
  std::string name;
  Via via = Via::kTcp;
  std::function<std::string()> request;
  int status = 200;  ///< with which it is answered; or with 500, 503 or 507 if something has failed
  /// Looks at an answer with that status, which must be right whatever has failed. Throws.
  std::function<void(const support::HttpAnswer&)> check;
  bool writes = false;        ///< what it is told is in the store is to stay there
  bool store_closed = false;  ///< sent only when the daemon's threads have closed the store, and have to open it
};

/// Which calls fail: the nth, for every n from 1 until none is left to fail; if there are more than `rounds`, some.
struct Failing {
  support::Fault fault;
  std::uint64_t in_a_row = 1;
  int rounds = 0;
};

/// Does `act` again and again, each time with another call failing, and then `check`. Returns how often. Both throw if
/// something is wrong, and so does this, with which call it was.
std::size_t walk(support::FaultPlan& plan, const Failing& failing, const std::string& name,
                 const std::function<void()>& act, const std::function<void()>& check);

/// What a daemon is asked in a walk, and what it has acknowledged.
class Requests {
 public:
  /// `world` is borrowed.
  explicit Requests(const World& world);

  [[nodiscard]] std::vector<Walked> all();
  /// How each token must be judged that something is known of since this was last called, and two that always are
  /// there.
  [[nodiscard]] std::vector<Held> to_check();
  /// Throws unless what was acknowledged is in the store.
  void check_store() const;

 private:
  [[nodiscard]] std::string with_token(const std::string& method, const std::string& target,
                                       const std::string& body = "") const;
  [[nodiscard]] Walked verify(const std::string& name, Via via, const std::string& body) const;
  [[nodiscard]] Walked management(const std::string& name, const std::string& method, const std::string& target) const;
  [[nodiscard]] Walked mint();
  [[nodiscard]] Walked revoke();
  [[nodiscard]] Walked rotate();

  const World& world_;
  const Held admin_;
  const Held good_;
  Held revoked_;
  std::vector<Held> to_revoke_;
  std::vector<Held> minted_;
  std::vector<Held> gone_;
  std::vector<Held> news_;
  std::size_t rotations_ = 0;
};

}  // namespace faults
