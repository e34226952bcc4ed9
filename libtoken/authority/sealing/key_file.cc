#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "authority/sealing/key_encryption_key.h"
#include "authority/sealing/private_file.h"

namespace libtoken::authority {
namespace {

constexpr std::string_view kLinePrefix = "tokens-kek-1:";
// A line has 58 bytes. A file with more bytes than the most lines have is not a key file.
constexpr std::size_t kMaxFileBytes = kMaxKeyEncryptionKeys * 58 + 1;

// The bytes of a key file, wiped by the destructor.
class SecretText {
 public:
  explicit SecretText(std::size_t size) : bytes_(size) {}
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { wipe(bytes_); }
  [[nodiscard]] Bytes& bytes() noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

tl::unexpected<Error> unusable(const std::filesystem::path& file, const std::string& what) {
  return fail(ErrorKind::kUnusableKeyFile, "the key-encryption key file " + shown_path(file) + " " + what);
}

// What is wrong with the kind of the file, or with who can read and write it; nothing if both are right.
std::optional<std::string> file_fault(const std::filesystem::path& file, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is not a regular file: name the file that tokenctl store init made";
  if ((status.st_mode & (S_IWGRP | S_IROTH | S_IWOTH)) != 0) {
    return "can be written by its group, or read or written by others: run chmod 600 " + shown_path(file);
  }
  return std::nullopt;
}

Result<KeyEncryptionKey> parse_line(std::string_view line) {
  if (!line.starts_with(kLinePrefix)) return fail(ErrorKind::kBadKey, "the line does not begin with tokens-kek-1:");
  auto bytes = from_base64(line.substr(kLinePrefix.size()));
  if (!bytes) return tl::unexpected(bytes.error());
  auto key = KeyEncryptionKey::from_bytes(*bytes);
  wipe(*bytes);
  return key;
}

void append(Bytes& bytes, std::string_view text) { bytes.insert(bytes.end(), text.begin(), text.end()); }

void write_lines(std::span<const KeyEncryptionKey> keys, Bytes& lines) {
  lines.clear();
  for (const KeyEncryptionKey& key : keys) {
    std::string encoded = to_base64(key.expose_secret());
    append(lines, kLinePrefix);
    append(lines, encoded);
    append(lines, "\n");
    wipe({reinterpret_cast<std::uint8_t*>(encoded.data()), encoded.size()});
  }
}

}  // namespace

Result<KeyEncryptionKeys> KeyEncryptionKeys::load(const std::filesystem::path& file) {
  // O_NONBLOCK, so that a FIFO with this name is refused instead of waited for.
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!descriptor.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return unusable(file, "is missing: put it back, or say with --kek-file where it is");
    }
    return unusable(file, "cannot be read: " + errno_text(errno));
  }
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return unusable(file, "cannot be read: " + errno_text(errno));
  if (const auto fault = file_fault(file, status)) return unusable(file, *fault);

  SecretText content(kMaxFileBytes);
  const auto got = read_up_to(descriptor, content.bytes());
  if (!got) return unusable(file, "cannot be read: " + got.error());

  auto keys = parse(text_of({content.bytes().data(), *got}));
  if (!keys) return unusable(file, "does not hold key-encryption keys: name the file that tokenctl store init made");
  return keys;
}

Result<KeyEncryptionKeys> KeyEncryptionKeys::parse(std::string_view text) {
  if (text.size() >= kMaxFileBytes) return fail(ErrorKind::kBadKey, "there are too many lines");
  if (text.ends_with('\n')) text.remove_suffix(1);
  KeyEncryptionKeys keys;
  keys.keys_.reserve(kMaxKeyEncryptionKeys);
  for (bool more = true; more;) {
    const std::size_t end = text.find('\n');
    const auto key = parse_line(text.substr(0, end));
    if (!key) return tl::unexpected(key.error());
    keys.keys_.push_back(*key);
    more = end != std::string_view::npos;
    if (more) text.remove_prefix(end + 1);
  }
  return keys;
}

Result<void> KeyEncryptionKeys::save_new(const std::filesystem::path& file) const {
  SecretText lines(kMaxFileBytes);
  write_lines(keys_, lines.bytes());
  return write_new_private_file(file, text_of(lines.bytes()));
}

Result<void> KeyEncryptionKeys::save_over(const std::filesystem::path& file) const {
  SecretText lines(kMaxFileBytes);
  write_lines(keys_, lines.bytes());
  return replace_private_file(file, text_of(lines.bytes()));
}

const KeyEncryptionKey* KeyEncryptionKeys::opener_of(std::string_view sealed_hex, ByteView context) const {
  for (const KeyEncryptionKey& key : keys_) {
    auto opened = key.open(sealed_hex, context);
    if (!opened) continue;
    wipe(*opened);
    return &key;
  }
  return nullptr;
}

Result<Bytes> KeyEncryptionKeys::open(std::string_view sealed_hex, ByteView context) const {
  Result<Bytes> opened = fail(ErrorKind::kBadKey, "no key-encryption key opens the sealed value");
  for (std::size_t i = 0; i < keys_.size() && !opened; ++i) opened = keys_[i].open(sealed_hex, context);
  return opened;
}

}  // namespace libtoken::authority
