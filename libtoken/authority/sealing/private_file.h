#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "libtoken/result.h"

namespace libtoken::authority {

/// Owns a file descriptor and closes it.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] bool valid() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// The system's description of an errno value, such as "Permission denied".
[[nodiscard]] std::string errno_text(int error);

/// A path, escaped so that it may be shown in a message.
[[nodiscard]] std::string shown_path(const std::filesystem::path& path);

/// Reads until the end of the file, or until `buffer` is full. How many bytes were read, or errno_text() of what
/// failed.
[[nodiscard]] tl::expected<std::size_t, std::string> read_up_to(const FileDescriptor& file,
                                                                std::span<std::uint8_t> buffer);

/// Makes a new file with this content and the mode 0600, and syncs it and its folder. Errors: kAlreadyExists,
/// kStoreUnavailable (no file is left).
[[nodiscard]] Result<void> write_new_private_file(const std::filesystem::path& file, std::string_view content);

/// Replaces the content of a file in one step, and syncs it and its folder. The file keeps its owner, group and mode; a
/// symbolic link is followed. Two callers must not replace the same file at once. Error: kStoreUnavailable.
[[nodiscard]] Result<void> replace_private_file(const std::filesystem::path& file, std::string_view content);

/// Renames a finished file to `to`, in the same folder, and syncs it and the folder. Errors: kAlreadyExists (something
/// has that name; `from` stays), kStoreUnavailable.
[[nodiscard]] Result<void> move_without_overwriting(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace libtoken::authority
