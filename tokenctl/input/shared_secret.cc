#include "input/shared_secret.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "authority/sealing/private_file.h"
#include "libtoken/bytes.h"

namespace tokenctl {
namespace {

using libtoken::EncryptionKey;
using libtoken::authority::errno_text;
using libtoken::authority::shown_path;

constexpr const char* kVariable = "TOKEN_3P_SHARED_SECRET";
// A key has 44 characters. A longer file holds something else.
constexpr std::size_t kMaxFileBytes = 128;

std::optional<EncryptionKey> parse_key(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  auto bytes = libtoken::from_base64(text);
  if (!bytes) return std::nullopt;
  auto key = EncryptionKey::from_bytes(*bytes);
  libtoken::wipe(*bytes);
  if (!key) return std::nullopt;
  return *key;
}

tl::unexpected<Failure> unusable(const std::string& file, const std::string& what) {
  return fail(Exit::kFailed, "the secret file " + shown_path(file) + " " + what);
}

Outcome<EncryptionKey> read_file(const std::string& file) {
  // O_NONBLOCK: opening a FIFO would wait for its writer.
  const libtoken::authority::FileDescriptor descriptor(
      ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!descriptor.valid() || ::fstat(descriptor.get(), &status) != 0)
    return unusable(file, "cannot be read: " + errno_text(errno));
  if (!S_ISREG(status.st_mode)) return unusable(file, "is not a regular file");
  if ((status.st_mode & (S_IWGRP | S_IROTH | S_IWOTH)) != 0) {
    return unusable(file,
                    "can be written by its group, or read or written by others: run chmod 600 " + shown_path(file));
  }
  std::array<std::uint8_t, kMaxFileBytes> buffer{};
  const auto got = libtoken::authority::read_up_to(descriptor, buffer);
  if (!got) return unusable(file, "cannot be read: " + got.error());
  const auto key = parse_key(libtoken::text_of({buffer.data(), *got}));
  libtoken::wipe(buffer);
  if (!key) return unusable(file, "does not hold a shared key, which is 32 bytes in base64 on one line");
  return *key;
}

}  // namespace

Outcome<EncryptionKey> read_shared_secret(const std::optional<std::string>& file) {
  if (file) return read_file(*file);
  const char* value = std::getenv(kVariable);
  if (value == nullptr || *value == '\0') {
    return fail(Exit::kUsage, std::string("there is no shared key: give --secret-file FILE or set ") + kVariable);
  }
  const auto key = parse_key(value);
  if (!key)
    return fail(Exit::kUsage, std::string(kVariable) + " does not hold a shared key, which is 32 bytes in base64");
  return *key;
}

}  // namespace tokenctl
