#pragma once

#include <cstddef>
#include <cstdint>
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

/// What to do with a text that ends in a comma, because what followed it was not copied.
enum class CutBundle : std::uint8_t { kRefuse, kTake };

/// The token in a pasted text, without what surrounds it (libtoken/pasted.h); remarks say what that was. A text in
/// which nothing is known comes back as it is. Failure: kRefused, with what the text is instead: half a token, several
/// tokens, another system's token.
[[nodiscard]] Outcome<std::string> take_out_token(std::string_view text, CutBundle cut = CutBundle::kRefuse);

/// Reads a token as read_token() does and parses it, taken out of what surrounds it. A remark names each part that is
/// not a token; if no part is one, that is the failure.
[[nodiscard]] Outcome<libtoken::Bundle> read_bundle(const TokenFlags& flags, const char* stdin_holds = nullptr);
/// The same for a text that has been read already.
[[nodiscard]] Outcome<libtoken::Bundle> parse_bundle(std::string_view text);

}  // namespace tokenctl
