#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/keys/root_keys.h"
#include "authority/store/sql.h"
#include "authority/store/store_state.h"

// The table `keys`, for whoever is inside a transaction. All of these throw what SOCI throws.
namespace libtoken::authority {

/// Makes a fresh root key for an org, which must have no active one, and stores it sealed as the active one. `kek`:
/// what sealing_key() gave in the same transaction. Returns the new key's id.
Bytes insert_active_key(soci::session& sql, const KeyEncryptionKey& kek, std::uint64_t org, std::int64_t now_unix_s);

/// Opens a row of the table. `kid_hex`, `org`, `sealed`: its columns. Errors: kUnusableStore (it does not open),
/// kUnusableKeyFile (it does not open, and the key file cannot be read any more).
[[nodiscard]] Result<OrgKey> open_key(Store::State& state, const std::string& kid_hex, long long org,
                                      const std::string& sealed);

/// The key that an org's new tokens are signed with. Errors: kNotFound (there is no active key), and those of
/// open_key().
[[nodiscard]] Result<OrgKey> select_active_key(soci::session& sql, Store::State& state, std::uint64_t org);

/// Every key that signs or verifies. Errors: those of open_key().
[[nodiscard]] Result<std::vector<OrgKey>> select_all_keys(soci::session& sql, Store::State& state);

/// A key that does not verify any more.
struct RetiredKey {
  Bytes kid;
  std::optional<RootKey> root;  ///< nothing: it is not kept, because its org was deleted or a restore lost it
};
/// Every key that was ended, also those that are not kept. One that does not open counts as not kept; ids that are not
/// hex are left out.
[[nodiscard]] std::vector<RetiredKey> select_retired_keys(soci::session& sql, Store::State& state);

}  // namespace libtoken::authority
