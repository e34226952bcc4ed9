#pragma once

#include <optional>
#include <string>

#include "authority/store/sql.h"
#include "authority/store/store_revision.h"

// What has changed in a store since it was read, as its triggers have counted it (schema.cc). All of these throw what
// SOCI throws.
namespace libtoken::authority {

/// How often each part of a store was changed.
struct ChangeCounts {
  long long registry = 0;
  long long keys = 0;
  long long revocations_removed = 0;
  long long revocations_added = 0;  ///< the number of the last one in the table `revocations_added`
  std::string last_added;           ///< the id that has this number; empty: none has
};
/// Nothing: the store has lost its counts, or they are not what its triggers write.
[[nodiscard]] std::optional<ChangeCounts> change_counts(soci::session& sql);

/// The revoked id with this number in the table `revocations_added`; empty: it has none.
[[nodiscard]] std::string added_revocation(soci::session& sql, long long number);

/// Whether the store is in this state, or certainly in a later one of the same history.
[[nodiscard]] bool is_later_state(soci::session& sql, const StoreRevision& earlier);

}  // namespace libtoken::authority
