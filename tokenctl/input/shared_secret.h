#pragma once

#include <optional>
#include <string>

#include "libtoken/keys.h"
#include "output/outcome.h"

namespace tokenctl {

/// The key shared with a third party: 32 bytes in base64, from `--secret-file`, else from TOKEN_3P_SHARED_SECRET.
/// Failures: kFailed (the file cannot be read, holds no key, or can be written by its group or read or written by
/// others), kUsage (neither file nor variable, or no key in the variable).
[[nodiscard]] Outcome<libtoken::EncryptionKey> read_shared_secret(const std::optional<std::string>& file);

}  // namespace tokenctl
