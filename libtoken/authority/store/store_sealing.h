#pragma once

#include <string>
#include <string_view>

#include "authority/store/sql.h"
#include "authority/store/store_state.h"
#include "libtoken/bytes.h"

// Sealing and opening what a store keeps. The store says which of the key file's keys seals: the one that opens its
// check value (settings.kek_check). So a process that read the key file some time ago never seals with a key that has
// been removed from it since.
namespace libtoken::authority {

/// The check value that makes `key` the store's sealing key.
[[nodiscard]] std::string seal_check(const KeyEncryptionKey& key);
/// The key that sealed this check value, owned by `keys`; null if none of them did.
[[nodiscard]] const KeyEncryptionKey* sealer_of_check(const KeyEncryptionKeys& keys, const std::string& check);

/// The context (KeyEncryptionKey::seal()) of a root key. It ties the sealed key to its org and kid, so that a sealed
/// key that was copied into another row does not open.
[[nodiscard]] Bytes root_key_context(std::uint64_t org, ByteView kid);

/// Opens a sealed value with the keys in memory, or else with those that the key file holds now. The caller wipes the
/// result. Errors: kBadKey, kUnusableKeyFile (no key in memory opens it, and the file cannot be read).
[[nodiscard]] Result<Bytes> open_sealed(Store::State& state, std::string_view sealed_hex, ByteView context);

/// The key to seal with in this transaction. Throws what SOCI throws. Error: kUnusableKeyFile.
[[nodiscard]] Result<KeyEncryptionKey> sealing_key(soci::session& sql, Store::State& state);

}  // namespace libtoken::authority
