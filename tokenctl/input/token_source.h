#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "command_line/globals.h"
#include "libtoken/bundle.h"
#include "output/outcome.h"

namespace tokenctl {

/// What is read of a file or of stdin at most.
inline constexpr std::size_t kMaxInputBytes = std::size_t{4} * 1024 * 1024;

/// All of a file, or of stdin for "-".
[[nodiscard]] Outcome<std::string> read_input(const std::string& path);

/// A token's text from `--token-file`, `-t`, stdin if something is piped in, TOKENCTL_TOKEN or FLY_API_TOKEN: the first
/// of them that there is. Names the source on stderr unless it was a flag. Where
/// stdin holds something else ("the caveats"), it is no source.
[[nodiscard]] Outcome<std::string> read_token(const TokenFlags& flags, const char* stdin_holds = nullptr);

/// The same without the environment: nothing if there is no token.
[[nodiscard]] Outcome<std::optional<std::string>> read_given_token(const TokenFlags& flags,
                                                                   const char* stdin_holds = nullptr);

/// The token without the white space that pasting puts into it, with a remark if there was any inside. The space after
/// a scheme stays.
[[nodiscard]] std::string without_pasted_space(std::string_view text);

/// The bundle that a token is, white space dropped as above. Parts that are no tokens get a remark; if no part is one,
/// it is a failure.
[[nodiscard]] Outcome<libtoken::Bundle> read_bundle(const TokenFlags& flags, const char* stdin_holds = nullptr);
/// The same of a text that has been read already.
[[nodiscard]] Outcome<libtoken::Bundle> parse_bundle(std::string_view text);

}  // namespace tokenctl
