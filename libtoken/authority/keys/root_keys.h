#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "authority/store/store.h"
#include "libtoken/bytes.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// The bytes of a root key's id.
inline constexpr std::size_t kKidBytes = 16;

/// One opened root key and its id.
struct OrgKey {
  Bytes kid;
  RootKey root;  ///< root.owner is the org's id
};

/// The key that an org's new tokens are signed with, opened. Errors: kNotFound, kUnusableStore (no key-encryption key
/// opens it, because its row was changed).
[[nodiscard]] Result<OrgKey> active_key(Store& store, std::uint64_t org);

/// Every root key that signs or verifies, opened. Error: kUnusableStore (one does not open; the message names it).
[[nodiscard]] Result<std::vector<OrgKey>> open_all_keys(Store& store);

}  // namespace libtoken::authority
