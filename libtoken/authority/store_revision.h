#pragma once

#include <cstdint>
#include <string>
#include <tuple>

namespace libtoken::authority {

/// Which state of which store. Every write gives a store its next number. A restore that knew the store before it
/// counts one more, and so comes after all of that store's numbers; one that did not gives the store another identity.
struct StoreRevision {
  std::string identity;
  std::int64_t restores = 0;
  std::int64_t number = 0;

  /// It is an earlier state of the same store, so that what was ended since is not in it. Different stores cannot be
  /// compared: neither is older.
  [[nodiscard]] bool is_older_than(const StoreRevision& other) const noexcept {
    return identity == other.identity && std::tie(restores, number) < std::tie(other.restores, other.number);
  }
  friend bool operator==(const StoreRevision&, const StoreRevision&) = default;
};

}  // namespace libtoken::authority
