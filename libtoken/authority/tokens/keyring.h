#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "libtoken/bytes.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

inline constexpr std::size_t kKidBytes = 16;

/// active: signs and verifies; verifying: verifies what it signed; retired: neither, for good.
enum class KeyState : std::uint8_t { kActive, kVerifying, kRetired };
/// "active", "verifying", "retired"
[[nodiscard]] const char* to_string(KeyState state) noexcept;

/// What may be shown of a root key.
struct KeyInfo {
  Bytes kid;
  std::uint64_t org = 0;
  std::string org_name;
  std::int64_t created_unix_s = 0;
  KeyState state = KeyState::kActive;
  std::size_t live_tokens = 0;  ///< issued here, and still good: what dies if it is retired, with what was made with those
};

/// Every key's description, by org name and age; of one org, or of all. Error: kNotFound (org).
[[nodiscard]] Result<std::vector<KeyInfo>> list_keys(Store& store, const std::optional<NameOrId>& org,
                                                     std::int64_t now_unix_s);

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

/// Gives an org a new active key; the one before verifies from now on until it is retired. Errors: kNotFound, kClock,
/// kUnusableKeyFile.
[[nodiscard]] Result<KeyInfo> rotate_key(Store& store, const NameOrId& org, const Actor& actor,
                                         std::int64_t now_unix_s);

/// Ends a key: what it signed verifies no more, for good, and what was made with that is revoked. `expected_live` as in delete_org(). Retiring a retired key
/// changes nothing. Errors: kNotFound, kInvalidArgument (the active key: rotate first), kConflict.
[[nodiscard]] Result<KeyInfo> retire_key(Store& store, const Bytes& kid, std::size_t expected_live, const Actor& actor,
                                         std::int64_t now_unix_s);

/// What rewrap_keys() did.
struct Rewrapped {
  std::size_t keys = 0;             ///< sealed anew
  std::size_t key_encryption_keys = 0;  ///< in the file now
};

/// Makes a new key-encryption key, puts it into the key file before the others (all of which still open), and seals
/// every root key with it. Whoever has the store open goes on: a key that does not open has the file read again. Cut short
/// anywhere, everything still opens, and doing it again finishes it. With `forget_old` the others leave the file at the
/// end; what they sealed elsewhere (backups) opens no more. Errors: kUnusableKeyFile, kUnusableStore.
[[nodiscard]] Result<Rewrapped> rewrap_keys(Store& store, bool forget_old, const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
