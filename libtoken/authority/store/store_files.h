#pragma once

#include <filesystem>
#include <string>

#include "authority/store/store.h"

namespace libtoken::authority {

/// The files that a StoreAddress names, absolute.
struct StoreFiles {
  std::filesystem::path store;
  std::filesystem::path kek;
};

/// Errors: kInvalidArgument, kStoreUnavailable (there is no working directory any more).
[[nodiscard]] Result<StoreFiles> parse_address(const StoreAddress& address);

/// A database's name as SQLite takes it, with everything escaped. `parameters`: such as `mode=rw`, which keeps SQLite
/// from making a file that is not there.
[[nodiscard]] std::string database_uri(const std::filesystem::path& database, const char* parameters);

/// That a new database can be made under this name. Error: kAlreadyExists (it, or the journal or `-shm` of one that was there).
[[nodiscard]] Result<void> check_absent(const std::filesystem::path& database);

/// What a file is called until it is finished: in the same folder, and nobody else's.
[[nodiscard]] std::filesystem::path unfinished_name(const std::filesystem::path& file);

/// Takes a database away that was not finished, with all that SQLite put beside it.
void remove_database(const std::filesystem::path& database) noexcept;

}  // namespace libtoken::authority
