#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

#include "authority/registry/request_json.h"
#include "authority/tokens/issuer.h"
#include "libtoken/json.h"

namespace libtoken::authority {

/// The body of `POST /v1/tokens` (tokend/README.md):
/// `{"profile":…,"app":…,"org":…,"role":…,"commands":[…],"expiry":…,"name":…,"for":…}`. Strict, as
/// ParsedQuestion::parse(). Without `expiry` the token lasts kDefaultLifetime. Org and app have not been looked up, and
/// there is no maker.
[[nodiscard]] tl::expected<MintRequest, RequestProblem> parse_mint_request(std::string_view body,
                                                                           std::int64_t now_unix_s);

/// The body that parse_mint_request() reads as this. `request.maker` is not looked at.
[[nodiscard]] OrderedJson mint_request_to_json(const MintRequest& request);

}  // namespace libtoken::authority
