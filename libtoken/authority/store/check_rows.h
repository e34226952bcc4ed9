#pragma once

#include <string>
#include <vector>

#include "authority/store/sql.h"
#include "authority/store/store_state.h"

// What can be wrong with a database of ours, a sentence each. All of these throw what SOCI throws, as they may where
// the file is damaged.
namespace libtoken::authority {

/// In the file itself: its pages, its types and its foreign keys.
[[nodiscard]] std::vector<std::string> file_faults(soci::session& sql);

/// Sealed keys that do not open, or are not where they were sealed for; orgs without exactly one active key.
[[nodiscard]] std::vector<std::string> key_faults(soci::session& sql, Store::State& state);

/// Rows that are not of their form, or that do not go together.
[[nodiscard]] std::vector<std::string> row_faults(soci::session& sql);

}  // namespace libtoken::authority
