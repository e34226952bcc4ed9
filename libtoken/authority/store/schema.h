#pragma once

#include <cstdint>

#include "authority/store/sql.h"

namespace libtoken::authority {

/// PRAGMA application_id of every store ("tokn"): what tells it from other SQLite files.
inline constexpr std::int32_t kStoreApplicationId = 0x746f6b6e;

/// PRAGMA user_version of the stores that this program writes. Versions count from 1.
[[nodiscard]] std::int32_t newest_schema_version() noexcept;

/// An audit is what a backup is compared with the old store by, so that there are no backups of earlier versions.
inline constexpr std::int32_t kFirstVersionWithAudit = 3;

/// Which rows of version 3's `tokens` version 4 calls `seen_only`: a condition in SQL.
inline constexpr const char* kSeenOnlyIn3 = "(name = 'not issued here' AND maker IS NULL AND local_user = '')";

/// What a database file says it is.
struct SchemaStamp {
  std::int32_t application_id = 0;
  std::int32_t version = 0;
};
[[nodiscard]] SchemaStamp read_schema_stamp(soci::session& sql);

/// Brings a database of schema `from` (0: an empty one) to the newest, inside the caller's transaction. Throws what
/// SOCI throws.
void migrate_schema(soci::session& sql, std::int32_t from);

}  // namespace libtoken::authority
