#pragma once

#include <string_view>

namespace tokenctl {

/// Whether an argument may be a token. Messages do not repeat such an argument, so that no token gets into a log.
[[nodiscard]] bool looks_like_token(std::string_view argument) noexcept;

inline constexpr const char* kTokenAsArgument =
    "do not write a token as an argument, because others on this machine can see it: use --token-file FILE or a pipe";

}  // namespace tokenctl
