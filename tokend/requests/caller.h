#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/registry/registry.h"
#include "net/http.h"

namespace tokend {

/// A token of the caller's header that verifies and was not revoked.
struct CallerToken {
  libtoken::TokenId id;
  std::uint64_t org = 0;  ///< whose key signed it
};

/// The good tokens of a header: at least one. The refusal is a 401 that says what is wrong with the first.
[[nodiscard]] tl::expected<std::vector<CallerToken>, Response> find_caller_tokens(
    const libtoken::authority::Judge& judge, std::string_view authorization, libtoken::VerifierScratch& scratch);

/// The org that a request is about: the one that the caller's tokens are of, or if they are of several the one of those
/// that the request names. The refusal is a 400, or a 404 for an org that none of the tokens is of, whether it exists
/// or not.
[[nodiscard]] tl::expected<std::uint64_t, Response> find_org(const libtoken::authority::Snapshot& snapshot,
                                                             const std::vector<CallerToken>& callers,
                                                             const std::optional<libtoken::authority::NameOrId>& named);

}  // namespace tokend
