#include "authority/store/store_files.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "authority/sealing/private_file.h"
#include "libtoken/bytes.h"

namespace libtoken::authority {

namespace fs = std::filesystem;

Result<StoreFiles> parse_address(const StoreAddress& address) {
  constexpr std::string_view kScheme = "sqlite:";
  std::string_view url = address.url;
  if (!url.starts_with(kScheme) || url.size() == kScheme.size() || url.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::kInvalidArgument,
                shown_path(address.url) + " is not the address of a store: write sqlite:PATH");
  }
  StoreFiles files;
  std::error_code error;
  // Absolute, so that a later change of the working directory makes no difference.
  files.store = fs::absolute(fs::path(url.substr(kScheme.size())), error);
  if (!error && address.kek_file) {
    files.kek = fs::absolute(*address.kek_file, error);
  } else {
    files.kek = files.store;
    files.kek += ".kek";
  }
  if (error) return fail(ErrorKind::kStoreUnavailable, "the working directory cannot be found: " + error.message());
  if (files.store.lexically_normal() == files.kek.lexically_normal()) {
    return fail(ErrorKind::kInvalidArgument,
                "the store and its key-encryption key file cannot be one file, " + shown_path(files.store));
  }
  return files;
}

std::string database_uri(const fs::path& database, const char* parameters) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : database.native()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    if (plain) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += '%';
      uri += kDigits[byte >> 4];
      uri += kDigits[byte & 15];
    }
  }
  return uri + "?" + parameters;
}

Result<void> check_absent(const fs::path& database) {
  // SQLite would apply a journal that was left there to the new file, and would share the locks in `-shm` with
  // processes that still have the old file open.
  for (const char* ending : {"", "-wal", "-journal", "-shm"}) {
    fs::path file = database;
    file += ending;
    struct stat status {};
    if (::lstat(file.c_str(), &status) != 0) continue;
    if (*ending == '\0') {
      return fail(ErrorKind::kAlreadyExists, shown_path(file) + " is there already and is never overwritten");
    }
    return fail(ErrorKind::kAlreadyExists,
                shown_path(file) +
                    " belongs to a database that was here before: move it to where that database is "
                    "now, and give it that database's name with the same ending");
  }
  return {};
}

fs::path unfinished_name(const fs::path& file) {
  std::array<std::uint8_t, 8> random{};
  randombytes_buf(random.data(), random.size());
  fs::path unfinished = file;
  unfinished += ".new-" + to_hex(random);
  return unfinished;
}

void remove_database(const fs::path& database) noexcept {
  for (const char* ending : {"", "-journal", "-wal", "-shm", "-turns"}) ::unlink((database.native() + ending).c_str());
}

}  // namespace libtoken::authority
