#pragma once

#include <optional>

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
};
/// Nothing: the store has lost its counts.
[[nodiscard]] std::optional<ChangeCounts> change_counts(soci::session& sql);

/// Whether the store is in this state, or certainly in a later one of the same history.
[[nodiscard]] bool is_later_state(soci::session& sql, const StoreRevision& earlier);

}  // namespace libtoken::authority
