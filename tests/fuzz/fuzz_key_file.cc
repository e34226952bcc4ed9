// A file of key-encryption keys: at least one key, and none that is all zero; or an error.
#include "authority/sealing/key_encryption_key.h"
#include "rebuild.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using libtoken::authority::KeyEncryptionKeys;
  const auto keys = KeyEncryptionKeys::parse(libtoken::text_of({data, size}));
  if (!keys) return 0;
  fuzz::must(!keys->keys().empty() && keys->keys().size() <= libtoken::authority::kMaxKeyEncryptionKeys,
             "no key, or too many");
  const std::string sealed = keys->keys().back().seal({data, 1}, {});
  fuzz::must(keys->open(sealed, {}).has_value(), "a key that opens nothing");
  return 0;
}
