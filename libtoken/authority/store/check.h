#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "authority/store/store.h"

namespace libtoken::authority {

/// What is wrong with a store: a sentence each; empty if nothing is.
struct CheckReport {
  std::vector<std::string> faults;
  std::size_t orgs = 0;
  std::size_t apps = 0;
  std::size_t keys = 0;
  std::size_t tokens = 0;
  std::size_t revocations = 0;
};

/// The database's integrity, its foreign keys, that every sealed key opens and is in its place, every org has one
/// active key, and every row is of its form. Faults are the report's, not errors.
[[nodiscard]] Result<CheckReport> check_store(Store& store);

}  // namespace libtoken::authority
