#pragma once

#include <cstdint>
#include <filesystem>

#include "authority/store/store.h"

namespace libtoken::authority {

/// Copies the store, as of one moment, into a new file with the mode 0600, while others go on using the store. The
/// key-encryption keys are not in the backup. `now_unix_s` is recorded as the time of the backup. Errors:
/// kAlreadyExists (nothing is overwritten), kStoreUnavailable (no file is left).
[[nodiscard]] Result<void> backup_store(Store& store, const std::filesystem::path& file, std::int64_t now_unix_s);

}  // namespace libtoken::authority
