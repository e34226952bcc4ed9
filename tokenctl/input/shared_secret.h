#pragma once

#include <optional>
#include <string>

#include "libtoken/keys.h"
#include "output/outcome.h"

namespace tokenctl {

/// The key shared with a third party: base64 of 32 bytes, from `--secret-file`, else from TOKEN_3P_SHARED_SECRET. A
/// file that its group can write, or that others can read or write, is a failure; neither file nor variable is one of
/// usage.
[[nodiscard]] Outcome<libtoken::EncryptionKey> read_shared_secret(const std::optional<std::string>& file);

}  // namespace tokenctl
