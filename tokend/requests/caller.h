#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "authority/judge/judge.h"
#include "authority/registry/registry.h"
#include "net/http.h"
#include "requests/route.h"

namespace tokend {

/// A token of the caller's header that is good enough for what is asked.
struct CallerToken {
  libtoken::TokenId id;
  std::uint64_t org = 0;   ///< whose key signed it
  bool has_ended = false;  ///< this copy has, as far as that was looked at: for GoodEnough::kSigned
};

/// Which tokens may ask.
enum class GoodEnough : std::uint8_t {
  kLive,      ///< those that verify, are within their time and were not revoked
  kVerified,  ///< also those that have ended or not begun, or were revoked
  kSigned,    ///< all that are signed with a key of this service, also a retired one
};

[[nodiscard]] GoodEnough good_enough_for(const RequiredAccess& access) noexcept;

/// The tokens of a header that may ask: at least one; else the reason against the first, or against the first that was
/// not revoked. `judging_at_unix_s`: Judge::judging_time().
[[nodiscard]] tl::expected<std::vector<CallerToken>, libtoken::authority::Reason> find_caller_tokens(
    const libtoken::authority::Judge& judge, std::string_view authorization, GoodEnough enough,
    std::int64_t judging_at_unix_s, libtoken::VerifierScratch& scratch);

/// The org that a request is about: the one that the caller's tokens are of, or if they are of several the one of those
/// that the request names. The refusal is a 400, or a 404 for an org that none of the tokens is of, whether it exists
/// or not.
[[nodiscard]] tl::expected<std::uint64_t, Response> find_org(const libtoken::authority::Snapshot& snapshot,
                                                             const std::vector<CallerToken>& callers,
                                                             const std::optional<libtoken::authority::NameOrId>& named);

}  // namespace tokend
