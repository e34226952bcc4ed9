#pragma once

#include <optional>
#include <string>

#include "libtoken/token_id.h"

namespace libtoken::authority {

/// Who does something to the store, as the audit has it: a token over HTTP, or somebody at the store itself.
struct Actor {
  std::optional<TokenId> token;  ///< the token that asked; nothing: somebody with the store's files in hand
  std::string holder;            ///< whom the registry gave that token to; "" if nobody or unknown
  std::string local_user;        ///< the login name, where there is no token
  std::string peer;              ///< the address the request came from; "" where there is no token
};

/// The person whose process this is, by the name of the user id, or its number where it has no name. Error: none.
[[nodiscard]] Actor local_actor();

}  // namespace libtoken::authority
