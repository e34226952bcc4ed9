#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/registry.h"
#include "authority/store.h"
#include "libtoken/bytes.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

inline constexpr std::size_t kKidBytes = 16;

/// What may be shown of a root key.
struct KeyInfo {
  Bytes kid;
  std::uint64_t org = 0;
  std::string org_name;
  std::int64_t created_unix_s = 0;
};

/// Every key's description, by org name and age; of one org, or of all. Error: kNotFound (org).
[[nodiscard]] Result<std::vector<KeyInfo>> list_keys(Store& store, const std::optional<NameOrId>& org);

/// One opened root key and the id it goes by.
struct OrgKey {
  Bytes kid;
  RootKey root;  ///< its owner is the org's id
};

/// The key that an org's new tokens are signed with. Errors: kNotFound, kUnusableStore (its row was changed: the
/// key-encryption key does not open it).
[[nodiscard]] Result<OrgKey> active_key(Store& store, std::uint64_t org);

/// Every root key that verifies, opened. Error: kUnusableStore (one does not open; the sentence names it).
[[nodiscard]] Result<std::vector<OrgKey>> open_all_keys(Store& store);

}  // namespace libtoken::authority
