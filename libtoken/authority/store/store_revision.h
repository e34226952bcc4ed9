#pragma once

#include <cstdint>
#include <string>
#include <tuple>

namespace libtoken::authority {

/// Identifies a state of a store.
struct StoreRevision {
  std::string identity;       ///< of the store; a restore without the old store gives it another
  std::int64_t restores = 0;  ///< how often it was restored with the old store at hand
  std::int64_t number = 0;    ///< counts the writes
  std::string write_id;       ///< random, of the last write

  /// Whether this is an earlier state of the same store, so that it may lack what was ended since. Also true if both
  /// have the same number but different writes, which happens when a store went back and was written to. Of two
  /// different stores neither is older.
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
