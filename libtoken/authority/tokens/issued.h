#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/audit/audit.h"
#include "authority/registry/registry.h"
#include "authority/store/store.h"
#include "libtoken/profile.h"
#include "libtoken/token_id.h"

namespace libtoken::authority {

/// What the registry knows of a token. The token itself is never stored.
struct IssuedToken {
  TokenId id;
  std::uint64_t org = 0;
  std::string org_name;
  Profile profile = Profile::kReadonly;
  std::uint64_t app = 0;  ///< 0: not for a single app
  std::string app_name;   ///< if the app was deleted, its name when the token was made
  std::string name;
  std::string holder;
  std::optional<TokenId> maker;  ///< the token that it was made with, if it was made over HTTP
  std::string local_user;        ///< the person who made it, if it was not made over HTTP
  std::int64_t created_unix_s = 0;
  /// The end that its mint gave it, which is no later than its maker's. Nothing: it never ends, or with `seen_only` its
  /// end is not known.
  std::optional<std::int64_t> not_after_unix_s;
  std::optional<std::int64_t> revoked_unix_s;    ///< nothing: it was not revoked
  std::optional<std::int64_t> last_used_unix_s;  ///< the beginning of the day (UTC); nothing: never
  bool key_retired = false;                      ///< its root key was retired or lost, so that it does not verify
  bool seen_only = false;  ///< it is known only because a copy of it was presented, and not from its mint
};

enum class TokenStatus : std::uint8_t { kLive, kExpired, kRevoked, kKeyRetired };
/// "live", "expired", "revoked", "key_retired"
[[nodiscard]] const char* to_string(TokenStatus status) noexcept;
/// A token that was revoked before its end stays kRevoked after it, and one whose key was retired stays kKeyRetired.
[[nodiscard]] TokenStatus status_of(const IssuedToken& token, std::int64_t now_unix_s) noexcept;

/// Which tokens; a field without a value does not restrict. Names and holders are compared as label_key() does, without
/// case.
struct TokenFilter {
  std::optional<NameOrId> org;
  std::optional<NameOrId> app;
  std::optional<std::string> name;
  std::optional<std::string> holder;
  std::optional<Profile> profile;
  bool expired = false;                              ///< also expired ones
  bool revoked = false;                              ///< also revoked ones and those whose key was retired
  std::optional<std::int64_t> ending_before_unix_s;  ///< of the live ones only those that end by then
};

/// The live tokens of the filter, and the expired and revoked ones if it asks for them, the oldest first. Errors:
/// kNotFound (org, app), kInvalidArgument (the app does not belong to the org).
[[nodiscard]] Result<std::vector<IssuedToken>> list_tokens(Store& store, const TokenFilter& filter,
                                                           std::int64_t now_unix_s);

/// How many tokens a page has at most, and how many if the request does not say.
inline constexpr std::size_t kMaxPageTokens = 10'000;
inline constexpr std::size_t kDefaultPageTokens = 1'000;

/// A part of the list that list_tokens() returns.
struct TokenPage {
  std::vector<IssuedToken> tokens;
  bool more_follow = false;
};
/// The first `limit` tokens of the list, or the first that follow `after`, which need not be in the list any more
/// itself. If the filter has an org, a page costs the same wherever it begins. Errors: as list_tokens(), kNotFound
/// (`after` is in no record of the filter's org or app), and kInvalidArgument (`limit` is not from 1 to
/// kMaxPageTokens).
[[nodiscard]] Result<TokenPage> list_page(Store& store, const TokenFilter& filter, const std::optional<TokenId>& after,
                                          std::size_t limit, std::int64_t now_unix_s);

/// What the registry knows of one token. `org`: the only org whose tokens the caller may see; a token of another org is
/// then not found, with the same message as an id that was never issued. Error: kNotFound.
[[nodiscard]] Result<IssuedToken> find_token(Store& store, const TokenId& id,
                                             const std::optional<std::uint64_t>& org = std::nullopt);

/// The actor for the audit when a token asks for something over HTTP, with the token's holder if the registry knows
/// one. `peer`: the address that the request came from.
[[nodiscard]] Actor token_actor(Store& store, const TokenId& id, std::string peer);

/// Names and holders in the registry that are not the filter's but near them (near_distance()). People should look at
/// these when they revoke: a holder whose name was misspelt would keep a token. Of the filter only `org`, `name` and
/// `holder` count. At most 16 names and 16 holders, the nearest first. `patience`: return after this time, with what
/// was found so far. An org that does not exist has none.
[[nodiscard]] Result<std::vector<std::string>> near_misses(Store& store, const TokenFilter& filter,
                                                           std::chrono::milliseconds patience = std::chrono::hours(1));

/// Records that these tokens were used on the day (UTC) of `now_unix_s`, unless a later day is recorded. Ids without a
/// record are ignored.
[[nodiscard]] Result<void> note_uses(Store& store, const std::vector<TokenId>& ids, std::int64_t now_unix_s);

/// How much prune() deleted.
struct Pruned {
  std::size_t tokens = 0;
  std::size_t revocations = 0;
};
/// How long after a token's end its record may be deleted.
inline constexpr std::chrono::hours kPruneAfter{24 * 30};

/// Deletes the records, and the revocations, of tokens that ended at least kPruneAfter ago. What stays: tokens that
/// never end or whose end is not known (`seen_only`), makers of tokens that stay, and revocations of ids without a
/// record. REVOCATION.md says why. Error: kClock.
[[nodiscard]] Result<Pruned> prune(Store& store, const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
