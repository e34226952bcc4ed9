#include "net/limits.h"

#include <algorithm>
#include <exception>

namespace tokend {

void Limits::change(const LimitSettings& settings) {
  max_connections_ = settings.max_connections;
  max_buffered_ = settings.max_buffered;
  head_ms_ = settings.head.count();
  body_ms_ = settings.body.count();
  idle_ms_ = settings.idle.count();
  const std::lock_guard lock(mutex_);
  trusted_ = settings.trusted_proxies;
}

PeerShare Limits::key_of(const Peer& peer) noexcept {
  PeerShare key = peer.address;
  if (!peer.is_v4()) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
  return key;
}

bool Limits::is_trusted(const Peer& peer) const {
  return std::any_of(trusted_.begin(), trusted_.end(), [&](const AddressRange& range) { return range.contains(peer); });
}

std::optional<PeerShare> Limits::share_of(const Peer& peer) const {
  if (peer.is_unix || peer.is_loopback()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return is_trusted(peer) ? std::nullopt : std::optional(key_of(peer));
}

Limits::Admission Limits::admit(const Peer& peer) {
  const std::size_t most = max_connections_;
  if (connections_.fetch_add(1) >= most) {
    --connections_;
    return Admission::kTooMany;
  }
  if (peer.is_unix || peer.is_loopback()) return Admission::kAdmitted;
  const std::lock_guard lock(mutex_);
  std::map<PeerShare, std::size_t>::iterator listed;
  try {
    listed = shares_.try_emplace(key_of(peer), 0).first;
  } catch (const std::exception&) {
    --connections_;
    throw;
  }
  std::size_t& share = listed->second;
  if (!is_trusted(peer) && share >= std::max<std::size_t>(most / 10, 1)) {
    --connections_;
    return Admission::kTooManyOfThis;
  }
  ++share;
  return Admission::kAdmitted;
}

void Limits::release(const Peer& peer) {
  --connections_;
  if (peer.is_unix || peer.is_loopback()) return;
  const std::lock_guard lock(mutex_);
  const auto share = shares_.find(key_of(peer));
  if (share != shares_.end() && --share->second == 0) shares_.erase(share);
}

bool Limits::recount(std::size_t before, std::size_t after) noexcept {
  if (before == after) return true;
  const std::size_t now = buffered_.fetch_add(after - before) + (after - before);  // unsigned: wraps to a subtraction
  return after < before || now <= max_buffered_;
}

}  // namespace tokend
