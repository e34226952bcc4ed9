#include "authority/key_encryption_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "authority/private_file.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

constexpr std::string_view kFilePrefix = "tokens-kek-1:";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// A key file has 58 bytes. Anything longer is something else.
constexpr std::size_t kMostFileBytes = 128;

void start_sodium() noexcept {
  // Without a random source nothing here may go on.
  if (sodium_init() < 0) std::abort();
}

void wipe_text(std::string& text) noexcept { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

Error unusable(const std::filesystem::path& file, const std::string& what) {
  return {ErrorKind::kUnusableKeyFile, "the key-encryption key file " + shown_path(file) + " " + what, 0};
}

// The fault in the file itself, if there is one: what kind of file it is and who can get at it.
std::optional<std::string> file_fault(const std::filesystem::path& file, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is not a regular file: name the file that `store init` made";
  if ((status.st_mode & (S_IWGRP | S_IROTH | S_IWOTH)) != 0) {
    return "can be written by its group, or read or written by others: run `chmod 600 " + shown_path(file) + "`";
  }
  return std::nullopt;
}

}  // namespace

KeyEncryptionKey KeyEncryptionKey::generate() {
  start_sodium();
  std::array<std::uint8_t, kSize> bytes{};
  fill_random(bytes);
  KeyEncryptionKey key{std::span<const std::uint8_t, kSize>(bytes)};
  wipe(bytes);
  return key;
}

Result<KeyEncryptionKey> KeyEncryptionKey::load(const std::filesystem::path& file) {
  // O_NONBLOCK: a FIFO in the file's place is to be refused, not waited on.
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!descriptor.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return tl::unexpected(unusable(file, "is missing: put it back, or say with --kek-file where it is"));
    }
    return tl::unexpected(unusable(file, "cannot be read: " + errno_text(errno)));
  }
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) {
    return tl::unexpected(unusable(file, "cannot be read: " + errno_text(errno)));
  }
  if (const auto fault = file_fault(file, status)) return tl::unexpected(unusable(file, *fault));

  std::array<std::uint8_t, kMostFileBytes> buffer{};
  const auto got = read_up_to(descriptor, buffer);
  if (!got) return tl::unexpected(unusable(file, "cannot be read: " + got.error()));

  std::string_view text = text_of({buffer.data(), *got});
  if (text.ends_with('\n')) text.remove_suffix(1);
  Result<KeyEncryptionKey> key =
      tl::unexpected(unusable(file, "does not hold such a key: name the file that `store init` made"));
  if (text.starts_with(kFilePrefix)) {
    if (auto bytes = from_base64(text.substr(kFilePrefix.size()))) {
      if (auto checked_bytes = checked(*bytes)) {
        key = KeyEncryptionKey(std::span<const std::uint8_t, kSize>(*checked_bytes));
        wipe(*checked_bytes);
      }
      wipe(*bytes);
    }
  }
  wipe(buffer);
  return key;
}

Result<void> KeyEncryptionKey::save_new(const std::filesystem::path& file) const {
  std::string encoded = to_base64(expose_secret());
  std::string line;
  line.reserve(kMostFileBytes);  // so that appending leaves no copy behind
  line.append(kFilePrefix).append(encoded).append("\n");
  auto written = write_new_private_file(file, line);
  wipe_text(encoded);
  wipe_text(line);
  return written;
}

std::string KeyEncryptionKey::seal(ByteView secret, ByteView context) const {
  start_sodium();
  Bytes sealed(kNonceBytes + secret.size() + kTagBytes);
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr, secret.data(), secret.size(),
                                             context.data(), context.size(), nullptr, sealed.data(),
                                             expose_secret().data());
  return to_hex(sealed);
}

Result<Bytes> KeyEncryptionKey::open(std::string_view sealed_hex, ByteView context) const {
  start_sodium();
  const auto sealed = from_hex(sealed_hex);
  if (!sealed || sealed->size() < kNonceBytes + kTagBytes) {
    return fail(ErrorKind::kBadKey, "what should be sealed is not in its form");
  }
  Bytes secret(sealed->size() - kNonceBytes - kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, sealed->data() + kNonceBytes,
                                                 sealed->size() - kNonceBytes, context.data(), context.size(),
                                                 sealed->data(), expose_secret().data()) != 0) {
    return fail(ErrorKind::kBadKey, "the key-encryption key does not open it");
  }
  return secret;
}

}  // namespace libtoken::authority
