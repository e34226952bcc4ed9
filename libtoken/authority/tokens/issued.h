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

/// What the registry knows of a token that was issued here. Never the token.
struct IssuedToken {
  TokenId id;
  std::uint64_t org = 0;
  std::string org_name;
  Profile profile = Profile::kReadonly;
  std::uint64_t app = 0;  ///< 0: of no one app
  std::string app_name;   ///< as it was called when the token was made, if the app is gone
  std::string name;
  std::string holder;
  std::optional<TokenId> maker;  ///< the token that it was made with
  std::string local_user;        ///< who made it, where that was no token
  std::int64_t created_unix_s = 0;
  /// Nothing: it never ends, or if `seen_only` nobody knows. Its maker's end counts too.
  std::optional<std::int64_t> not_after_unix_s;
  std::optional<std::int64_t> revoked_unix_s;     ///< nothing: it is not revoked
  std::optional<std::int64_t> last_used_unix_s;   ///< to the day; nothing: never seen
  bool key_retired = false;                       ///< its root key verifies nothing any more, or was lost
  bool seen_only = false;  ///< its mint is in no record; a copy of it was presented, whose end says nothing of others
};

enum class TokenStatus : std::uint8_t { kLive, kExpired, kRevoked, kKeyRetired };
/// "live", "expired", "revoked", "key_retired"
[[nodiscard]] const char* to_string(TokenStatus status) noexcept;
/// Revoked before its end is revoked for good; so is one whose key was retired.
[[nodiscard]] TokenStatus status_of(const IssuedToken& token, std::int64_t now_unix_s) noexcept;

/// Which tokens. Labels (names, holders) are trimmed and compared without case.
struct TokenFilter {
  std::optional<NameOrId> org;
  std::optional<NameOrId> app;
  std::optional<std::string> name;
  std::optional<std::string> holder;
  std::optional<Profile> profile;
  bool expired = false;  ///< with those that are over
  bool revoked = false;  ///< with those that are revoked or whose key is retired
  std::optional<std::int64_t> ending_before_unix_s;  ///< live ones that end by then
};

/// Live ones and what the filter adds, oldest first. Errors: kNotFound (org, app), kInvalidArgument (an app of another
/// org).
[[nodiscard]] Result<std::vector<IssuedToken>> list_tokens(Store& store, const TokenFilter& filter,
                                                           std::int64_t now_unix_s);

/// How many tokens a page has at most, and how many unless whoever asks says.
inline constexpr std::size_t kMaxPageTokens = 10'000;
inline constexpr std::size_t kDefaultPageTokens = 1'000;

/// A part of that list.
struct TokenPage {
  std::vector<IssuedToken> tokens;
  bool more_follow = false;
};
/// The first `limit` of it, or of those that follow `after`, whatever has become of that one meanwhile. Of one org's a page
/// costs the same wherever it begins. Errors: as list_tokens(), kNotFound (`after` is in no record of the filter's org or
/// app), and kInvalidArgument (`limit` is not from 1 to kMaxPageTokens).
[[nodiscard]] Result<TokenPage> list_page(Store& store, const TokenFilter& filter, const std::optional<TokenId>& after,
                                          std::size_t limit, std::int64_t now_unix_s);

/// What the registry knows of one token. `org`: whoever may see only this org's tokens gives it, and hears the same of
/// another org's token as of an id that was never issued. Error: kNotFound.
[[nodiscard]] Result<IssuedToken> find_token(Store& store, const TokenId& id,
                                             const std::optional<std::uint64_t>& org = std::nullopt);

/// A token that asks for something over HTTP, as the audit has it: with the holder that the registry knows, if any.
/// `peer`: the address that the request came from.
[[nodiscard]] Actor token_actor(Store& store, const TokenId& id, std::string peer);

/// Names and holders in the registry that are not what the filter asks for, but nearly: a person should look at them,
/// because somebody whose name was misspelt keeps a token. Of the filter only `org`, `name` and `holder` count. At most 16
/// names and 16 holders, the nearest first. `patience`: stop after so long, with what was found so far. An org that
/// does not exist has none.
[[nodiscard]] Result<std::vector<std::string>> near_misses(Store& store, const TokenFilter& filter,
                                                           std::chrono::milliseconds patience = std::chrono::hours(1));

/// Writes down that these were used on this day (any second of it). Ids that were never issued here are passed over; a
/// later day that is there already stays.
[[nodiscard]] Result<void> note_uses(Store& store, const std::vector<TokenId>& ids, std::int64_t now_unix_s);

/// What prune() took away.
struct Pruned {
  std::size_t tokens = 0;
  std::size_t revocations = 0;
};
/// Tokens whose end in the registry is this long past can go.
inline constexpr std::chrono::hours kPruneAfter{24 * 30};

/// Forgets the tokens that ended, as their mint recorded it, at least kPruneAfter ago, and their revocations. What never
/// ends stays, and what nobody knows the end of (`seen_only`), what something that stays was made with, and a revocation
/// of an id that is in no record. Error: kClock. REVOCATION.md says why.
[[nodiscard]] Result<Pruned> prune(Store& store, const Actor& actor, std::int64_t now_unix_s);

}  // namespace libtoken::authority
