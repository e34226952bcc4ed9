#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/judge/snapshot.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// A token of a header whose own signature is good. It may be expired, revoked or without its discharges.
struct SignedToken {
  std::size_t part = 0;  ///< of the header, as VerifiedToken::part()
  TokenId id;
  std::uint64_t org = 0;  ///< whose key signed it
  /// When this copy ends. Nothing: never, or it is without its discharges, and nothing was found out.
  std::optional<std::int64_t> not_after_unix_s = std::nullopt;
};

/// The header's tokens that were signed with one of these keys, for the snapshot's service. Does the work of verifying
/// the header once; a header that asks for too much has none.
[[nodiscard]] std::vector<SignedToken> tokens_signed_with(const KeySource& keys, const Snapshot& snapshot,
                                                          std::string_view authorization, VerifierScratch& scratch);

/// The header's tokens that were signed with any key of the service, in use or retired: those that may be ended.
[[nodiscard]] std::vector<SignedToken> tokens_signed_here(const Snapshot& snapshot, std::string_view authorization,
                                                          VerifierScratch& scratch);

}  // namespace libtoken::authority
