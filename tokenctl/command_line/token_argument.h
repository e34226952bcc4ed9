#pragma once

#include <string_view>

namespace tokenctl {

/// Whether an argument may be a token. Messages do not repeat such an argument, so that no token gets into a log.
[[nodiscard]] bool looks_like_token(std::string_view argument) noexcept;

inline constexpr const char* kTokenIsNoArgument =
    "a token is not an argument, where others on the machine can see it: give --token-file FILE or pipe it in";

}  // namespace tokenctl
