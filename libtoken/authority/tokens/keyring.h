#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/keys/root_keys.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "libtoken/bytes.h"

namespace libtoken::authority {

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

/// One key's description. Error: kNotFound.
[[nodiscard]] Result<KeyInfo> find_key(Store& store, const Bytes& kid, std::int64_t now_unix_s);

/// Gives an org a new active key; the one before verifies from now on until it is retired. Errors: kNotFound, kClock,
/// kUnusableKeyFile.
[[nodiscard]] Result<KeyInfo> rotate_key(Store& store, const NameOrId& org, const Actor& actor,
                                         std::int64_t now_unix_s);

/// Ends a key: what it signed verifies no more, for good, and what was made with that is revoked. `expected_live` as in delete_org(). Retiring a retired key
/// changes nothing. Errors: kNotFound, kInvalidArgument (the active key: rotate first), kConflict.
[[nodiscard]] Result<KeyInfo> retire_key(Store& store, const Bytes& kid, std::size_t expected_live, const Actor& actor,
                                         std::int64_t now_unix_s);

}  // namespace libtoken::authority
