#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "faults.h"

namespace faults {

/// Replaces a store by a restore of its own backup, while daemons go on using it.
class Restorer {
 public:
  /// `world` is borrowed.
  Restorer(const World& world, std::uint64_t seed) : world_(world), random_(seed) {}

  /// Backs the store up, moves it out of the way, and restores the backup in its place with all that the old store has
  /// seen since. It takes its time between the steps, or none. Throws where a step fails that should not.
  void replace();

  [[nodiscard]] std::size_t restores() const noexcept { return restores_; }
  /// How often something that belonged to the old store was in the way, and had to be moved after it.
  [[nodiscard]] std::size_t in_the_way() const noexcept { return in_the_way_; }

 private:
  void pause();
  void move_away(const std::filesystem::path& old_store);

  const World& world_;
  std::mt19937_64 random_;
  bool hurried_ = false;
  std::size_t restores_ = 0;
  std::size_t in_the_way_ = 0;
};

}  // namespace faults
