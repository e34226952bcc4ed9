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

/// Which records of tokens; a field without a value does not restrict. Texts are as they are in the columns.
struct TokenMatch {
  std::optional<long long> org;
  std::optional<long long> app;
  std::optional<std::vector<std::uint64_t>> apps;  ///< of any of these
  std::optional<std::string> ends_with_key;        ///< a key's id in hex: what it signed, and descendants of that
  std::optional<std::string> id;
  std::optional<std::string> name_key;
  std::optional<std::string> holder_key;
  std::optional<std::string> profile;
  std::optional<long long> live_at;  ///< neither expired, revoked, nor with a retired or lost key at this time
};
/// Looks up the filter's org and app. The filter's `expired`, `revoked` and `ending_before_unix_s` are left to the
/// caller. Errors: kNotFound (org, app), kInvalidArgument (the app does not belong to the org; a
/// name or holder with nothing to see in it).
[[nodiscard]] Result<TokenMatch> match_of(soci::session& sql, const TokenFilter& filter);
/// Passes the matching tokens to `take`, the oldest first, until it returns false. Error: kUnusableStore.
[[nodiscard]] Result<void> for_each_token(soci::session& sql, const TokenMatch& match,
                                          const std::function<bool(IssuedToken&&)>& take);
/// All matching tokens, the oldest first. Error: kUnusableStore.
[[nodiscard]] Result<std::vector<IssuedToken>> select_tokens(soci::session& sql, const TokenMatch& match);
/// The tokens of these rows (`rowid`), in their order; a row that is gone is left out. Error: kUnusableStore.
[[nodiscard]] Result<std::vector<IssuedToken>> select_rows(soci::session& sql, const std::vector<long long>& rows);
/// What find_asker() says. Nothing: the token has no record.
[[nodiscard]] std::optional<Asker> select_asker(soci::session& sql, const TokenId& id);
/// How many of the matching tokens are live.
[[nodiscard]] std::size_t count_live_tokens(soci::session& sql, TokenMatch match, std::int64_t now_unix_s);

}  // namespace libtoken::authority
