#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>

#include "faults.h"

namespace faults {

/// Replaces a store by a restore of its own backup, while daemons go on using it.
class Restorer {
 public:
  /// `world` is borrowed. `before_moving` is called whenever the store is about to be moved away.
  Restorer(const World& world, std::function<void()> before_moving, std::uint64_t seed)
      : world_(world), before_moving_(std::move(before_moving)), random_(seed) {}

  /// Backs the store up, moves it out of the way, and restores the backup in its place with all that the old store has
  /// seen since. It takes its time between the steps, or none. Throws where a step fails that should not.
  void replace();

  [[nodiscard]] std::size_t restores() const noexcept { return restores_; }

 private:
  void pause();
  void move_away(const std::filesystem::path& old_store);

  const World& world_;
  const std::function<void()> before_moving_;
  std::mt19937_64 random_;
  bool hurried_ = false;
  std::size_t restores_ = 0;
};

}  // namespace faults
