#include "acknowledged.h"

namespace faults {

void Acknowledged::add(const Acknowledgement& one) {
  const std::lock_guard lock(mutex_);
  all_.push_back(one);
}

std::size_t Acknowledged::size() const {
  const std::lock_guard lock(mutex_);
  return all_.size();
}

void Acknowledged::learn(std::vector<Acknowledgement>& known) const {
  const std::lock_guard lock(mutex_);
  known.insert(known.end(), all_.begin() + static_cast<std::ptrdiff_t>(known.size()), all_.end());
}

void Acknowledged::note_allowed(const Acknowledgement& one, std::size_t daemon) {
  const std::chrono::duration<double, std::milli> since = std::chrono::steady_clock::now() - one.at;
  const std::lock_guard lock(mutex_);
  if (++allowed_ > 1) return;
  first_allowed_ = "token " + std::to_string(one.token) + " by daemon " + std::to_string(daemon) + ", " +
                   std::to_string(since.count()) + " ms after daemon " + std::to_string(one.daemon) +
                   " had said that it is revoked";
}

std::string Acknowledged::broken() const {
  const std::lock_guard lock(mutex_);
  return allowed_ == 0 ? "" : std::to_string(allowed_) + " times a revoked token is allowed, first " + first_allowed_;
}

}  // namespace faults
