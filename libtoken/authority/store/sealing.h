#pragma once

#include <string>
#include <string_view>

#include "authority/store/sql.h"
#include "authority/store/store_state.h"
#include "libtoken/bytes.h"

// What is sealed in a store, and with which of the key file's keys. The store's check value (settings.kek_check) says it:
// the key that opens it seals, so that a process which read the file a while ago never seals with a key that is being
// taken out of it.
namespace libtoken::authority {

/// The check value for a key that seals from now on.
[[nodiscard]] std::string seal_check(const KeyEncryptionKey& key);
/// Which of the keys sealed it; null if none did.
[[nodiscard]] const KeyEncryptionKey* sealer_of_check(const KeyEncryptionKeys& keys, const std::string& check);

/// What ties a root key to its org and its kid, so that a row copied over another one's does not open.
[[nodiscard]] Bytes root_key_context(std::uint64_t org, ByteView kid);

/// Opens with the keys in memory, else with those that the file holds by now. The caller wipes what it gets. Errors:
/// kBadKey, kUnusableKeyFile (no key in memory opens it, and the file cannot be read).
[[nodiscard]] Result<Bytes> open_sealed(Store::State& state, std::string_view sealed_hex, ByteView context);

/// The key to seal with in this transaction. Error: kUnusableKeyFile.
[[nodiscard]] Result<KeyEncryptionKey> sealing_key(soci::session& sql, Store::State& state);

}  // namespace libtoken::authority
