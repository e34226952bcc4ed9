#pragma once

#include <cstdint>

#include "authority/store/sql.h"

namespace libtoken::authority {

/// PRAGMA application_id of every store ("tokn"), which tells it from other SQLite files.
inline constexpr std::int32_t kStoreApplicationId = 0x746f6b6e;

/// PRAGMA user_version of the stores that this program writes. Versions count from 1.
[[nodiscard]] std::int32_t newest_schema_version() noexcept;

/// The first version that has an audit, by which a backup is compared with the old store. There are no backups of
/// earlier versions.
inline constexpr std::int32_t kFirstVersionWithAudit = 3;

/// The first version whose keys of labels are those of label_key().
inline constexpr std::int32_t kFirstVersionWithTheseKeys = 7;

/// Fills in the keys of all labels again, for rows of an earlier version. In C++, because SQLite cannot fold case
/// beyond ASCII.
void fill_label_keys(soci::session& sql);

/// No count that the triggers keep grows beyond it, whatever a hand has put into the tables.
inline constexpr long long kLargestCount = 9'007'199'254'740'992;

/// Fills in `tokens.first_maker` again, where rows have come from elsewhere.
void fill_first_makers(soci::session& sql);

/// A condition in SQL: which rows of `tokens` in version 3 are `seen_only` in version 4.
inline constexpr const char* kSeenOnlyIn3 = "(name = 'not issued here' AND maker IS NULL AND local_user = '')";

/// What a database file says it is.
struct SchemaStamp {
  std::int32_t application_id = 0;
  std::int32_t version = 0;
};
[[nodiscard]] SchemaStamp read_schema_stamp(soci::session& sql);

/// Brings a database of schema version `from` (0: an empty database) to the newest version, in the caller's
/// transaction. Throws what SOCI throws.
void migrate_schema(soci::session& sql, std::int32_t from);

}  // namespace libtoken::authority
