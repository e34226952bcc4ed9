#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "libtoken/result.h"

namespace libtoken::authority {

/// Owns an open file.
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

/// "Permission denied", for a sentence.
[[nodiscard]] std::string errno_text(int error);

/// A path as it may be shown.
[[nodiscard]] std::string shown_path(const std::filesystem::path& path);

/// Reads to the end or until `buffer` is full; how many bytes there were, or the system's words for what went wrong.
[[nodiscard]] tl::expected<std::size_t, std::string> read_up_to(const FileDescriptor& file,
                                                                std::span<std::uint8_t> buffer);

/// Makes a file with this content that was not there before, 0600 whatever the umask, synced with its folder. Errors:
/// kAlreadyExists, kStoreUnavailable (then there is no file).
[[nodiscard]] Result<void> write_new_private_file(const std::filesystem::path& file, std::string_view content);

/// Gives a file this content in the place of what it holds, in one step, synced with its folder. Its owner, its group and
/// its mode stay; a link is followed. Not for two at once. Error: kStoreUnavailable.
[[nodiscard]] Result<void> replace_private_file(const std::filesystem::path& file, std::string_view content);

/// Gives a finished file its name, synced with its folder, unless something has that name: then kAlreadyExists, and
/// `from` stays. Both in one folder. Error: kStoreUnavailable.
[[nodiscard]] Result<void> move_without_overwriting(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace libtoken::authority
