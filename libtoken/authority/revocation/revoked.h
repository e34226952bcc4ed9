#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "libtoken/token_id.h"

namespace libtoken::authority {

/// The result of revoking tokens.
struct Revoked {
  std::vector<TokenId> newly;         ///< revoked by this call: first those that were asked for, then their descendants
  std::vector<TokenId> already;       ///< asked for, but revoked before; revoke_matching() names kMostAlready of them
  std::vector<TokenId> unknown = {};  ///< asked for, but in no record, and left as they were (Unrecorded::kLeave)
  std::size_t already_left_out = 0;   ///< how many more had been revoked before than `already` names
};

/// How far a revocation is, for another thread that shows it.
struct RevocationProgress {
  std::atomic<std::size_t> done = 0;
  std::atomic<std::size_t> of = 0;  ///< 0: the tokens are still looked for
};

}  // namespace libtoken::authority
