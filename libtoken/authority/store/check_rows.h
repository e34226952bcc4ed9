#pragma once

#include <string>
#include <vector>

#include "authority/store/sql.h"
#include "authority/store/store_state.h"

// What can be wrong with a store or a backup, a sentence for each fault. All of these throw what SOCI throws, which
// they do if the file is damaged.
namespace libtoken::authority {

/// Faults of the file itself: its pages, the types of its values and its foreign keys.
[[nodiscard]] std::vector<std::string> file_faults(soci::session& sql);

/// Sealed keys that do not open, or were moved to another row; orgs that do not have exactly one active key.
[[nodiscard]] std::vector<std::string> key_faults(soci::session& sql, Store::State& state);

/// Rows that are not well-formed, or that contradict each other.
[[nodiscard]] std::vector<std::string> row_faults(soci::session& sql);

}  // namespace libtoken::authority
