#pragma once

#include <cstdint>
#include <vector>

#include "authority/audit/actor.h"
#include "authority/tokens/issued.h"
#include "authority/store/store.h"
#include "libtoken/token_id.h"

namespace libtoken::authority {

/// Revoked ids in memory: a flat table of 16 bytes an id, filled to three quarters at most, so 22 to 43 bytes each. Built
/// once and then read by any number of threads.
class RevocationSet {
 public:
  RevocationSet() = default;
  /// Repeats are one.
  explicit RevocationSet(const std::vector<TokenId>& ids);

  [[nodiscard]] bool contains(const TokenId& id) const noexcept;
  /// Has the place where the id would stand brought from memory, for a contains() that follows soon.
  void prefetch(const TokenId& id) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return slots_.empty(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return slots_.capacity() * sizeof(TokenId); }

 private:
  [[nodiscard]] std::size_t home_of(const TokenId& id) const noexcept;

  // A power of two of them. An id of zeros, which no UUID is, marks a free one.
  std::vector<TokenId> slots_;
};

/// What a revocation came to.
struct Revoked {
  std::vector<TokenId> newly;    ///< revoked by this call: those asked for first, then what they made
  std::vector<TokenId> already;  ///< asked for, and revoked before
};

/// Revokes ids and, with each, every copy of the token and every token that was made with it, and with those. Whether an
/// id was issued here does not matter, and doing it again changes nothing. One transaction, with the audit's entries. It
/// counts wherever a Snapshot is loaded after this.
[[nodiscard]] Result<Revoked> revoke(Store& store, const std::vector<TokenId>& ids, const Actor& actor,
                                     std::int64_t now_unix_s);

/// The same for every token that the filter finds (its `expired` and `revoked` are not looked at: all are taken), of one
/// moment. None found is no error. Errors: kNotFound (org, app), kInvalidArgument (no name and no holder: a filter that
/// would take everything).
[[nodiscard]] Result<Revoked> revoke_matching(Store& store, const TokenFilter& filter, const Actor& actor,
                                              std::int64_t now_unix_s);

}  // namespace libtoken::authority
