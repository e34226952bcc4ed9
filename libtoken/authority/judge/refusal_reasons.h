#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/judge/snapshot.h"
#include "libtoken/verifier.h"

namespace libtoken::authority {

/// The reasons for a header's parts that did not verify. A token that names a retired key and is signed with it is told
/// so. One that only names it is told what every unknown key id is told, so that nobody learns of a key's retirement by
/// writing its id into a token. If the key itself is not kept any more (its org was deleted, or a restore lost it), the
/// signature cannot be checked, and its id alone counts.
class RefusalReasons {
 public:
  /// Both are borrowed. `authorization`: the header that was verified.
  RefusalReasons(const Snapshot& snapshot, std::string_view authorization) noexcept
      : snapshot_(snapshot), authorization_(authorization) {}

  /// Does the work of verifying the header once more, if one of its tokens names a retired key.
  [[nodiscard]] Reason reason_of(const Refusal& refusal);

 private:
  [[nodiscard]] bool is_signed_with_retired_key(std::size_t part);

  const Snapshot& snapshot_;
  std::string_view authorization_;
  std::optional<std::vector<std::size_t>> signed_parts_;  // with a retired key; nothing: not looked for yet
};

}  // namespace libtoken::authority
