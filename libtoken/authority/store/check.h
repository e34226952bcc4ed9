#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "authority/store/store.h"

namespace libtoken::authority {

/// What check_store() found.
struct CheckReport {
  std::vector<std::string> faults;  ///< a sentence for each; empty if nothing is wrong
  // How many rows there are.
  std::size_t orgs = 0;
  std::size_t apps = 0;
  std::size_t keys = 0;
  std::size_t tokens = 0;
  std::size_t revocations = 0;
};

/// Checks the database's integrity and its foreign keys, that every sealed key opens and is in its place, that every
/// org has exactly one active key, and that every row is well-formed. Faults are in the report, and are not errors.
/// Error: kUnusableKeyFile.
[[nodiscard]] Result<CheckReport> check_store(Store& store);

}  // namespace libtoken::authority
