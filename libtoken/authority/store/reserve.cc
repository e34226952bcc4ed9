#include "authority/store/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "authority/sealing/private_file.h"
#include "authority/store/store_files.h"

namespace libtoken::authority {
namespace {

// Some hundred revocations, each in a transaction of its own, and the growth of the store's file with them.
constexpr off_t kReserveBytes = off_t{8} * 1024 * 1024;

std::string file_of(const std::string& store) { return store + "-reserve"; }

int open_reserve(const std::string& store, int flags) noexcept {
  try {
    return ::open(file_of(store).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  } catch (const std::exception&) {
    return -1;
  }
}

}  // namespace

Reserve reserve_of(const std::string& store) noexcept {
  try {
    struct stat status {};
    if (::lstat(file_of(store).c_str(), &status) != 0) return Reserve::kNone;
    return status.st_size >= kReserveBytes ? Reserve::kKept : Reserve::kReleased;
  } catch (const std::exception&) {
    return Reserve::kNone;
  }
}

bool release_reserve(const std::string& store) noexcept {
  if (reserve_of(store) != Reserve::kKept) return false;
  const FileDescriptor file(open_reserve(store, 0));
  return file.valid() && ::ftruncate(file.get(), 0) == 0;
}

bool has_room_beside_reserve(const std::string& store) noexcept {
  if (reserve_of(store) != Reserve::kReleased) return true;
  try {
    return keep_space({"sqlite:" + store, std::nullopt}).has_value();
  } catch (const std::exception&) {  // no memory
    return false;
  }
}

Result<void> keep_space(const StoreAddress& address) {
  const auto files = parse_address(address);
  if (!files) return tl::unexpected(files.error());
  const std::string& store = files->store.native();
  if (reserve_of(store) == Reserve::kKept) return {};
  const FileDescriptor file(open_reserve(store, O_CREAT));
  const int error = file.valid() ? ::posix_fallocate(file.get(), 0, kReserveBytes) : errno;
  if (error == 0) return {};
  if (file.valid()) (void)!::ftruncate(file.get(), 0);
  const ErrorKind kind = error == ENOSPC || error == EDQUOT ? ErrorKind::kStoreFull : ErrorKind::kStoreUnavailable;
  return fail(kind, "no space could be kept aside for revocations beside the store " + shown_path(store) + ": " +
                        errno_text(error));
}

}  // namespace libtoken::authority
