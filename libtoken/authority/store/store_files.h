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

/// Reads an address. Errors: kInvalidArgument, kStoreUnavailable (the working directory was deleted).
[[nodiscard]] Result<StoreFiles> parse_address(const StoreAddress& address);

/// A URI for SQLite with the path escaped (https://www.sqlite.org/uri.html). `parameters`: such as `mode=rw`, with
/// which SQLite does not create a missing file.
[[nodiscard]] std::string database_uri(const std::filesystem::path& database, const char* parameters);

/// Checks that a new database can be made with this name. Error: kAlreadyExists (the file exists, or the `-wal`,
/// `-journal` or `-shm` file of a database that was there).
[[nodiscard]] Result<void> check_absent(const std::filesystem::path& database);

/// The name of a file until it is finished: in the same folder, and random.
[[nodiscard]] std::filesystem::path unfinished_name(const std::filesystem::path& file);

/// Deletes an unfinished database and the files that are kept beside it, as far as they are there.
void remove_database(const std::filesystem::path& database) noexcept;

}  // namespace libtoken::authority
