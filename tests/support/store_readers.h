#pragma once

#include <cstdint>
#include <string>

#include "authority/store/store.h"

namespace support {

/// Throws unless a message can be shown on a terminal.
void check_shown(const std::string& message);

/// Tokens of an example store, and how they must be judged whatever a store is made to say. All are asked whether they
/// may read the org arcadia-dev.
struct JudgedTokens {
  std::string good;  ///< allowed by the store as it is; refused by a changed one, or not
  std::string revoked;
  std::string key_retired;
  std::string of_other_org;
  std::string forged;  ///< with a key id of arcadia-dev, and not with its key
};

/// A store with orgs, apps, keys and tokens of every kind in it, at `address`, where there is none.
[[nodiscard]] JudgedTokens fill_example(const libtoken::authority::StoreAddress& address);

inline constexpr std::int64_t kExampleTime = 1'800'000'000;

/// Reads all that programs read from a store, writes it as JSON, and judges by it. The store may hold anything. Throws
/// if a message or an answer holds what may not reach a terminal, or if a token is allowed that must not be; not if
/// reading ends in an error. `may_allow_revoked`: revocations or key states may have been changed to what they can be.
void read_all(libtoken::authority::Store& store, const JudgedTokens& tokens, bool may_allow_revoked = false);

/// The same for what looks through the whole store, which takes far longer.
void check_all(libtoken::authority::Store& store);

/// Changes the store in every way in which programs change it. Throws as read_all().
void write_all(libtoken::authority::Store& store);

}  // namespace support
