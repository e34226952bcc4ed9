#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "authority/store/sql.h"
#include "authority/tokens/issued.h"

// The table `tokens`, for whoever is inside a transaction. All of these throw what SOCI throws.
namespace libtoken::authority {

/// Which of the tokens that were issued here; nothing: any.
struct TokenMatch {
  std::optional<long long> org;
  std::optional<long long> app;
  std::optional<std::string> ends_with_key;  ///< a key's id, in hex: what it signed, and what was made with that
  std::optional<std::string> id;
  std::optional<std::string> name_key;
  std::optional<std::string> holder_key;
  std::optional<std::string> profile;
  std::optional<long long> live_at;  ///< good at this time, as far as the registry knows
  /// Those that come after this moment and id in their order.
  std::optional<std::pair<long long, std::string>> after;
};
/// Errors: kNotFound, kInvalidArgument (an app of another org).
[[nodiscard]] Result<TokenMatch> match_of(soci::session& sql, const TokenFilter& filter);
/// Oldest first, until `take` (a bool of an IssuedToken&&) says that it has enough. Error: kUnusableStore.
[[nodiscard]] Result<void> for_each_token(soci::session& sql, const TokenMatch& match,
                                          const std::function<bool(IssuedToken&&)>& take);
/// All of them.
[[nodiscard]] Result<std::vector<IssuedToken>> select_tokens(soci::session& sql, const TokenMatch& match);
/// How many of them are live.
[[nodiscard]] std::size_t count_live_tokens(soci::session& sql, TokenMatch match, std::int64_t now_unix_s);

}  // namespace libtoken::authority
