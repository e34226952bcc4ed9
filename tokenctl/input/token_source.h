#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "command_line/globals.h"
#include "libtoken/bundle.h"
#include "output/outcome.h"

namespace tokenctl {

/// The most that is read from a file or from stdin.
inline constexpr std::size_t kMaxInputBytes = std::size_t{4} * 1024 * 1024;

/// The contents of a file, or of stdin for "-". Failures: kFailed (cannot be read), kRefused (too large).
[[nodiscard]] Outcome<std::string> read_input(const std::string& path);

/// A token's text from the first of these that is there: `--token-file`, `-t`, stdin if something is piped in,
/// TOKENCTL_TOKEN, FLY_API_TOKEN. Names the source on stderr unless it is a flag. If stdin holds something else,
/// `stdin_holds` says what ("the caveats"), and no token is read from it. Failures: kUsage (there is none), those of
/// read_input().
[[nodiscard]] Outcome<std::string> read_token(const TokenFlags& flags, const char* stdin_holds = nullptr);

/// The same without the variables; empty if there is no token.
[[nodiscard]] Outcome<std::optional<std::string>> read_given_token(const TokenFlags& flags,
                                                                   const char* stdin_holds = nullptr);

/// The token without the white space that pasting puts into it; a remark says if there was any inside. The space after
/// a scheme such as `FlyV1` stays.
[[nodiscard]] std::string without_pasted_space(std::string_view text);

/// Reads a token as read_token() does and parses it, without pasted white space. A remark names each part that is not a
/// token; if no part is one, that is the failure.
[[nodiscard]] Outcome<libtoken::Bundle> read_bundle(const TokenFlags& flags, const char* stdin_holds = nullptr);
/// The same for a text that has been read already.
[[nodiscard]] Outcome<libtoken::Bundle> parse_bundle(std::string_view text);

}  // namespace tokenctl
