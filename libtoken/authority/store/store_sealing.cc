#include "authority/store/store_sealing.h"

#include <utility>

#include "authority/sealing/private_file.h"

namespace libtoken::authority {
namespace {

constexpr std::string_view kCheckContext = "libtoken authority: key-encryption key check, version 1";
constexpr std::string_view kCheckText = "this key opens this store";
constexpr std::string_view kRootKeyLabel = "libtoken authority: root key, version 1";

}  // namespace

std::string seal_check(const KeyEncryptionKey& key) { return key.seal(bytes_of(kCheckText), bytes_of(kCheckContext)); }

const KeyEncryptionKey* sealer_of_check(const KeyEncryptionKeys& keys, const std::string& check) {
  return keys.opener_of(check, bytes_of(kCheckContext));
}

// label ‖ org id (8 bytes, big-endian) ‖ kid
Bytes root_key_context(std::uint64_t org, ByteView kid) {
  const ByteView label = bytes_of(kRootKeyLabel);
  Bytes context(label.begin(), label.end());
  for (int shift = 56; shift >= 0; shift -= 8) context.push_back(static_cast<std::uint8_t>(org >> shift));
  context.insert(context.end(), kid.begin(), kid.end());
  return context;
}

Result<Bytes> open_sealed(Store::State& state, std::string_view sealed_hex, ByteView context) {
  if (auto opened = state.keks.open(sealed_hex, context)) return opened;
  auto keys = KeyEncryptionKeys::load(state.kek_file);
  if (!keys) return tl::unexpected(keys.error());
  auto opened = keys->open(sealed_hex, context);
  // If the file's keys do not open it either, the keys in memory are kept.
  if (opened) state.keks = std::move(*keys);
  return opened;
}

Result<KeyEncryptionKey> sealing_key(soci::session& sql, Store::State& state) {
  std::string check;
  sql << "SELECT kek_check FROM settings WHERE id = 1", soci::into(check);
  if (const KeyEncryptionKey* key = sealer_of_check(state.keks, check)) return *key;
  auto keys = KeyEncryptionKeys::load(state.kek_file);
  if (!keys) return tl::unexpected(keys.error());
  if (const KeyEncryptionKey* found = sealer_of_check(*keys, check)) {
    const KeyEncryptionKey key = *found;
    state.keks = std::move(*keys);
    return key;
  }
  return fail(ErrorKind::kUnusableKeyFile, "the key-encryption key file " + shown_path(state.kek_file) +
                                               " is not the one that the store " + shown_path(state.path) +
                                               " was made with: put that one back, or say with --kek-file where it is");
}

}  // namespace libtoken::authority
