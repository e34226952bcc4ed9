#pragma once

#include <optional>
#include <string>

#include "libtoken/token_id.h"

namespace libtoken::authority {

/// Who does something to the store, for the audit: a token over HTTP, or a person with access to the store's files.
struct Actor {
  std::optional<TokenId> token;  ///< the token that asked; nothing: a person at the store
  std::string holder;            ///< the token's holder as the registry knows it; "" if there is none
  std::string local_user;        ///< the person's login name, if no token asked
  std::string peer;              ///< the address that the request came from; "" if no token asked
};

/// The person who runs this process: the name of its real user id, or the id's number if it has no name.
[[nodiscard]] Actor local_actor();

}  // namespace libtoken::authority
