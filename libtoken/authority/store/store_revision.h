#pragma once

#include <cstdint>
#include <string>
#include <tuple>

namespace libtoken::authority {

/// Which state of which store. Every write gives a store its next number, and a random id. A restore that knew the store
/// before it counts one more, and so comes after all of that store's numbers; one that did not gives the store another
/// identity.
struct StoreRevision {
  std::string identity;
  std::int64_t restores = 0;
  std::int64_t number = 0;
  std::string write_id;

  /// It is an earlier state of the same store, so that what was ended since is not in it; or it has the same number and
  /// another write, as after a store went back and was written to. Different stores cannot be compared: neither is older.
  [[nodiscard]] bool is_older_than(const StoreRevision& other) const noexcept {
    if (identity != other.identity) return false;
    if (restores != other.restores || number != other.number) {
      return std::tie(restores, number) < std::tie(other.restores, other.number);
    }
    return write_id != other.write_id;
  }
  friend bool operator==(const StoreRevision&, const StoreRevision&) = default;
};

}  // namespace libtoken::authority
