#include "authority/sealing/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

Error file_error(const std::filesystem::path& file, const char* what, int error) {
  if (error == EEXIST) {
    return {ErrorKind::kAlreadyExists, shown_path(file) + " is there already and is never overwritten", 0};
  }
  return {ErrorKind::kStoreUnavailable, shown_path(file) + " could not be " + what + ": " + errno_text(error), 0};
}

bool write_all(int descriptor, std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A new name survives a crash only once its folder has been synced.
bool sync_folder_of(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return descriptor.valid() && ::fsync(descriptor.get()) == 0;
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string errno_text(int error) { return std::generic_category().message(error); }

std::string shown_path(const std::filesystem::path& path) { return escape_untrusted(path.native()); }

tl::expected<std::size_t, std::string> read_up_to(const FileDescriptor& file, std::span<std::uint8_t> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::read(file.get(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(errno_text(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<void> write_new_private_file(const std::filesystem::path& file, std::string_view content) {
  const FileDescriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!descriptor.valid()) return tl::unexpected(file_error(file, "made", errno));
  // The umask may have removed bits from 0600.
  if (::fchmod(descriptor.get(), 0600) == 0 && write_all(descriptor.get(), content) && ::fsync(descriptor.get()) == 0 &&
      sync_folder_of(file)) {
    return {};
  }
  const int error = errno;
  ::unlink(file.c_str());
  return tl::unexpected(file_error(file, "written", error));
}

Result<void> replace_private_file(const std::filesystem::path& file, std::string_view content) {
  std::error_code error;
  const auto real = std::filesystem::canonical(file, error);
  if (error) return tl::unexpected(file_error(file, "written", error.value()));
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0) return tl::unexpected(file_error(file, "written", errno));
  auto unfinished = real;
  unfinished += ".new";
  ::unlink(unfinished.c_str());  // left by a process that was interrupted
  if (auto made = write_new_private_file(unfinished, content); !made) return made;
  if (::chown(unfinished.c_str(), status.st_uid, status.st_gid) == 0 &&
      ::chmod(unfinished.c_str(), status.st_mode & 07777U) == 0 && ::rename(unfinished.c_str(), real.c_str()) == 0 &&
      sync_folder_of(real)) {
    return {};
  }
  const int failed = errno;
  ::unlink(unfinished.c_str());
  return tl::unexpected(file_error(file, "written", failed));
}

Result<void> move_without_overwriting(const std::filesystem::path& from, const std::filesystem::path& to) {
  {
    const FileDescriptor descriptor(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor.valid() || ::fsync(descriptor.get()) != 0) return tl::unexpected(file_error(from, "synced", errno));
  }
  // Unlike rename(), link() never replaces another file.
  if (::link(from.c_str(), to.c_str()) != 0) return tl::unexpected(file_error(to, "made", errno));
  if (::unlink(from.c_str()) != 0 || !sync_folder_of(to)) {
    const int error = errno;
    ::unlink(to.c_str());
    return tl::unexpected(file_error(to, "made", error));
  }
  return {};
}

}  // namespace libtoken::authority
