#pragma once

#include <string>
#include <string_view>

#include "commands.h"

namespace tokenctl {

/// What is read of a file or of stdin at most.
inline constexpr std::size_t kMaxInputBytes = std::size_t{4} * 1024 * 1024;

/// All of a file, or of stdin for "-".
[[nodiscard]] Outcome<std::string> read_input(const std::string& path);

/// A token's text from `--token-file`, `-t`, stdin if something is piped in, TOKENCTL_TOKEN or FLY_API_TOKEN: the first
/// of them that there is. Names the source on stderr unless it was a flag. With `stdin_is_taken`, stdin is something
/// else's and no source.
[[nodiscard]] Outcome<std::string> read_token(const TokenFlags& flags, bool stdin_is_taken = false);

/// The token without the white space that pasting puts into it, with a remark if there was any inside. The space after
/// a scheme stays.
[[nodiscard]] std::string without_pasted_space(std::string_view text);

}  // namespace tokenctl
