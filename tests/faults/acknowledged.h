#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace faults {

/// A daemon has said that a token is revoked.
struct Acknowledgement {
  std::size_t token = 0;
  std::size_t daemon = 0;
  std::chrono::steady_clock::time_point at;
};

/// What the daemons have acknowledged, and where one of them did not keep to it. For any number of threads.
class Acknowledged {
 public:
  void add(const Acknowledgement& one);
  [[nodiscard]] std::size_t size() const;
  /// Adds what is new to what is known already.
  void learn(std::vector<Acknowledgement>& known) const;

  /// This daemon allows the token all the same.
  void note_allowed(const Acknowledgement& one, std::size_t daemon);
  /// How often that was noted, and of the first time where and when; "" if it never was.
  [[nodiscard]] std::string broken() const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Acknowledgement> all_;
  std::size_t allowed_ = 0;
  std::string first_allowed_;
};

}  // namespace faults
