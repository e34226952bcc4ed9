#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "net/peer.h"

namespace tokend {

/// What counts as one peer: an IPv4 address, written as IPv6, or the first 64 bits of an IPv6 address.
using PeerShare = std::array<std::uint8_t, 16>;

/// How much clients may take. The defaults are those in the README.
struct LimitSettings {
  std::size_t max_connections = 10'000;
  std::size_t max_buffered = 256 * 1024 * 1024;
  std::vector<AddressRange> trusted_proxies;
  std::chrono::milliseconds head{5'000};
  std::chrono::milliseconds body{10'000};
  std::chrono::milliseconds idle{60'000};
};

/// Counts connections and buffered bytes against their limits. Any number of threads may share one, and the limits may
/// be changed meanwhile.
class Limits {
 public:
  explicit Limits(const LimitSettings& settings) { change(settings); }
  void change(const LimitSettings& settings);

  enum class Admission : std::uint8_t { kAdmitted, kTooMany, kTooManyOfThis };
  /// Counts a connection, unless there are too many, or too many from its address: one IPv4 address or IPv6 /64 may
  /// have a tenth of all. Loopback, unix sockets and trusted proxies pass on the requests of many, and have no such
  /// limit. Throws if there is no memory, and has not counted it then.
  [[nodiscard]] Admission admit(const Peer& peer);
  /// The key that this peer's share of anything is counted under; nothing: it has no limit, as in admit().
  [[nodiscard]] std::optional<PeerShare> share_of(const Peer& peer) const;
  /// To be called once for every connection that was admitted.
  void release(const Peer& peer);
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

  /// Counts bytes kept for clients: `after` instead of `before`. False: they were counted, and there are too many.
  bool recount(std::size_t before, std::size_t after) noexcept;
  [[nodiscard]] bool is_full() const noexcept { return buffered_ > max_buffered_; }

  [[nodiscard]] std::chrono::milliseconds head() const noexcept { return std::chrono::milliseconds(head_ms_); }
  [[nodiscard]] std::chrono::milliseconds body() const noexcept { return std::chrono::milliseconds(body_ms_); }
  [[nodiscard]] std::chrono::milliseconds idle() const noexcept { return std::chrono::milliseconds(idle_ms_); }

 private:
  [[nodiscard]] static PeerShare key_of(const Peer& peer) noexcept;
  [[nodiscard]] bool is_trusted(const Peer& peer) const;

  std::atomic<std::size_t> max_connections_{0};
  std::atomic<std::size_t> max_buffered_{0};
  std::atomic<std::int64_t> head_ms_{0};
  std::atomic<std::int64_t> body_ms_{0};
  std::atomic<std::int64_t> idle_ms_{0};
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> buffered_{0};

  mutable std::mutex mutex_;  // guards what follows
  std::vector<AddressRange> trusted_;
  std::map<PeerShare, std::size_t> shares_;  // of every address, because which have no limit may change
};

}  // namespace tokend
