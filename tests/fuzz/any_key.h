#pragma once

#include "libtoken/verifier.h"

namespace fuzz {

/// Has the same fresh random key for every key id, so that whatever verifies has been forged.
class AnyKey final : public libtoken::KeySource {
 public:
  const libtoken::RootKey* find(libtoken::ByteView) const noexcept override { return &root_; }

 private:
  libtoken::RootKey root_{libtoken::SigningKey::generate(), 1};
};

}  // namespace fuzz
