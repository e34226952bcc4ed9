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

/// A token of a header that verifies and was not revoked.
struct Bearer {
  libtoken::TokenId id;
  std::uint64_t org = 0;  ///< whose key signed it
};

/// The good tokens of a header: one at least. The refusal is a 401 with the code of what is wrong with the first.
[[nodiscard]] tl::expected<std::vector<Bearer>, Response> find_bearers(const libtoken::authority::Judge& judge,
                                                                       std::string_view authorization,
                                                                       libtoken::VerifierScratch& scratch);

/// The one org that a request is about: that of its tokens, of which it names one if they are of several. The refusal
/// is a 400, or for an org that none of them is of a 404, whether there is such an org or not.
[[nodiscard]] tl::expected<std::uint64_t, Response> find_org(const libtoken::authority::Snapshot& snapshot,
                                                             const std::vector<Bearer>& bearers,
                                                             const std::optional<libtoken::authority::NameOrId>& named);

/// What a request has to be allowed: something with the tokens of an org, or of one app.
struct Errand {
  std::string_view authorization;
  std::uint64_t org = 0;
  libtoken::ActionMask action;
};
/// `{org, feature: "tokens", action}`
[[nodiscard]] libtoken::authority::Question about_org(const Errand& errand);
/// `{org, app, app_feature: "tokens", action}`
[[nodiscard]] libtoken::authority::Question about_app(const Errand& errand, std::uint64_t app);

/// 404: there is no such thing, or it is another org's.
[[nodiscard]] Response unknown_response();
/// 403 with the reasons of a decision.
[[nodiscard]] Response denial_response(const libtoken::authority::Decision& decision);
/// 401.
[[nodiscard]] Response unauthorized_response(std::string_view code, std::string_view message);

}  // namespace tokend
