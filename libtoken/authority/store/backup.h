#pragma once

#include <cstdint>
#include <filesystem>

#include "authority/store/store.h"

namespace libtoken::authority {

/// Copies the store as of one moment into a new file, 0600, synced, while others go on using it. The key-encryption key
/// is not in it. Errors: kAlreadyExists (nothing is overwritten), kStoreUnavailable (then there is no file).
[[nodiscard]] Result<void> backup_store(Store& store, const std::filesystem::path& file, std::int64_t now_unix_s);

}  // namespace libtoken::authority
