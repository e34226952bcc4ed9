#pragma once

#include <cstdint>
#include "libtoken/json.h"
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "authority/registry/request_json.h"
#include "authority/tokens/issuer.h"

namespace libtoken::authority {

/// A request to make a token, read from JSON. Nothing in it has been looked up.
struct ParsedMintRequest {
  MintRequest request;          ///< all but its org and maker
  std::optional<NameOrId> org;  ///< nothing: the body does not name one
};

/// The body of `POST /v1/tokens` (tokend/README.md):
/// `{"profile":…,"app":…,"org":…,"role":…,"commands":[…],"expiry":…,"name":…,"for":…}`. Strict, as
/// ParsedQuestion::parse().
[[nodiscard]] tl::expected<ParsedMintRequest, RequestProblem> parse_mint_request(std::string_view body,
                                                                                 std::int64_t now_unix_s);

/// The body that parse_mint_request() reads as this. `request.org` and `request.maker` are not looked at.
[[nodiscard]] libtoken::OrderedJson mint_request_to_json(const MintRequest& request,
                                                          const std::optional<NameOrId>& org);

}  // namespace libtoken::authority
