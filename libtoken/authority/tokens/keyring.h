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

/// An active key signs and verifies, a verifying key only verifies what it signed before, and a retired key does
/// neither, for good.
enum class KeyState : std::uint8_t { kActive, kVerifying, kRetired };
/// "active", "verifying", "retired"
[[nodiscard]] const char* to_string(KeyState state) noexcept;

/// A root key's description, without the key.
struct KeyInfo {
  Bytes kid;
  std::uint64_t org = 0;
  std::string org_name;
  std::int64_t created_unix_s = 0;
  KeyState state = KeyState::kActive;
  /// How many live tokens in the registry would end if it were retired: those that it signed, and their descendants.
  std::size_t live_tokens = 0;
  bool live_tokens_at_least = false;  ///< there may be more: not all of its tokens were looked at
};

/// How many tokens list_keys() looks at in all; at least kLeastCountedOfKey of each key.
inline constexpr std::size_t kMostCountedOfKeys = 5'000;
inline constexpr std::size_t kLeastCountedOfKey = 20;

/// The keys of one org, or of all orgs, ordered by the org's name and then the oldest first. What it costs does not
/// grow with the number of tokens: of a key with very many, the newest are counted (`live_tokens_at_least`). Error:
/// kNotFound (org).
[[nodiscard]] Result<std::vector<KeyInfo>> list_keys(Store& store, const std::optional<NameOrId>& org,
                                                     std::int64_t now_unix_s);

/// One key, with all of its live tokens counted. Error: kNotFound.
[[nodiscard]] Result<KeyInfo> find_key(Store& store, const Bytes& kid, std::int64_t now_unix_s);

/// How many keys of an org verify at most: all daemons have them in memory, and each ends only when somebody retires
/// it.
inline constexpr std::size_t kMaxKeysInUse = 250;

/// Makes a new active key for an org. The key that was active only verifies from now on. Errors: kNotFound, kClock,
/// kUnusableKeyFile, kConflict (kMaxKeysInUse keys verify already).
[[nodiscard]] Result<KeyInfo> rotate_key(Store& store, const NameOrId& org, const Actor& actor,
                                         std::int64_t now_unix_s);

/// Retires a key for good: tokens that it signed do not verify any more, and their descendants are revoked.
/// `expected_live` as in delete_org(). Retiring a retired key changes nothing. Errors: kNotFound, kInvalidArgument (it
/// is the active key; rotate first), kConflict.
[[nodiscard]] Result<KeyInfo> retire_key(Store& store, const Bytes& kid, std::size_t expected_live, const Actor& actor,
                                         std::int64_t now_unix_s);

}  // namespace libtoken::authority
