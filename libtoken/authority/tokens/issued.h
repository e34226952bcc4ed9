#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
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

/// Who made a token: the token that it was made with, or the person at the store (IssuedToken::local_user).
using MadeBy = std::variant<TokenId, std::string>;

/// Which tokens; a field without a value does not restrict. Names and holders are compared as label_key() does, without
/// case.
struct TokenFilter {
  std::optional<NameOrId> org;
  std::optional<NameOrId> app;
  std::optional<std::vector<std::uint64_t>> apps;  ///< of any of these apps
  std::optional<std::string> name;
  std::optional<std::string> holder;
  std::optional<Profile> profile;
  std::optional<MadeBy> made_by;
  bool expired = false;                              ///< also expired ones
  bool revoked = false;                              ///< also revoked ones and those whose key was retired
  std::optional<std::int64_t> ending_before_unix_s;  ///< of the live ones only those that end by then
  std::optional<std::int64_t> unused_since_unix_s;   ///< those that were never used, or not on this time's day or later
};

/// By what a list is ordered. Tokens that are equal in it come in the order in which they were made.
enum class TokenOrder : std::uint8_t {
  kCreated,   ///< the oldest first
  kName,      ///< by label_key(); those without a name first
  kHolder,    ///< the same
  kEnd,       ///< those that end soonest first, those that never end last
  kLastUsed,  ///< those that were never used first, then those that were not used for the longest time
};
/// "created", "name", "for", "expires", "last_used"
[[nodiscard]] const char* to_string(TokenOrder order) noexcept;
/// Error: kInvalidArgument.
[[nodiscard]] Result<TokenOrder> parse_token_order(std::string_view text);

struct TokenSort {
  TokenOrder by = TokenOrder::kCreated;
  bool descending = false;  ///< the other way round
};

/// How many tokens a page has at most, and how many if the request does not say.
inline constexpr std::size_t kMaxPageTokens = 10'000;
inline constexpr std::size_t kDefaultPageTokens = 1'000;

/// A part of a list.
struct TokenPage {
  std::vector<IssuedToken> tokens;
  /// Where the next page begins: pass it as `after`. Nothing: this was the last page. A page can have fewer tokens than
  /// its limit, or none, and yet not be the last, if tokens that the filter leaves out lie between.
  std::optional<TokenId> next;
};
/// A page of the live tokens of the filter, and of the expired and revoked ones if it asks for them: the first, or the
/// one after `after`, which need not be in the list any more itself. It costs the same wherever it begins, and however
/// many tokens the filter leaves out: in an org for every filter and order, without one in the order kCreated. But
/// the tokens of one app or of several in another order than kCreated, and tokens of all orgs in another order or with
/// a name or holder, are sorted for each page. Errors: kNotFound (the org or the app; or `after` is in no record of
/// them), kInvalidArgument (the app does not belong to the org; `limit` is not from 1 to kMaxPageTokens).
[[nodiscard]] Result<TokenPage> list_page(Store& store, const TokenFilter& filter, const std::optional<TokenId>& after,
                                          std::size_t limit, std::int64_t now_unix_s, const TokenSort& sort = {});

/// Passes each token of the list to `take`, page by page, until it returns false. What is revoked or made meanwhile may
/// be in the list or not. Errors: as list_page().
[[nodiscard]] Result<void> for_each_listed(Store& store, const TokenFilter& filter, std::int64_t now_unix_s,
                                           const TokenSort& sort, const std::function<bool(IssuedToken&&)>& take);
/// The whole list at once, for one that is known to be short. Errors: as list_page().
[[nodiscard]] Result<std::vector<IssuedToken>> list_tokens(Store& store, const TokenFilter& filter,
                                                           std::int64_t now_unix_s, const TokenSort& sort = {});

/// What the registry knows of one token. `org`: the only org whose tokens the caller may see; a token of another org is
/// then not found, with the same message as an id that was never issued. Error: kNotFound.
[[nodiscard]] Result<IssuedToken> find_token(Store& store, const TokenId& id,
                                             const std::optional<std::uint64_t>& org = std::nullopt);

/// How many tokens find_tokens_by_prefix() returns at most.
inline constexpr std::size_t kMaxPrefixMatches = 8;

/// The tokens, in whatever state, whose ids begin with `prefix` (is_token_id_prefix()), in the order of their ids; only
/// those of the org and the apps of `of`, if it has them. At most kMaxPrefixMatches. Errors: kInvalidArgument (not such
/// a prefix; the app does not belong to the org), kNotFound (the org or the app).
[[nodiscard]] Result<std::vector<IssuedToken>> find_tokens_by_prefix(Store& store, std::string_view prefix,
                                                                     const TokenFilter& of = {});

/// The actor for the audit when a token asks for something over HTTP, with the token's holder if the registry knows
/// one. `peer`: the address that the request came from.
[[nodiscard]] Actor token_actor(Store& store, const TokenId& id, std::string peer);

/// What the registry knows of a token that asks for something over HTTP.
struct Asker {
  std::string holder;   ///< "": it has none, or no record
  TokenId first_maker;  ///< the token that it descends from and that no other token made; itself if that is so of it
};
/// A record that cannot be read counts as none.
[[nodiscard]] Asker find_asker(Store& store, const TokenId& id);

/// Names and holders in the registry that are not the filter's but near them (near_distance()). People should look at
/// these when they revoke: a holder whose name was misspelt would keep a token. Of the filter only `org`, `name` and
/// `holder` count. At most 16 names and 16 holders, the nearest first. It costs no more for a million labels than for a
/// few hundred: up to 200 all are compared; beyond that, those with one edit, those that begin with the text, and its
/// own longest parts are found, but not every one with more edits, nor those that have the text in their middle.
/// `patience`: return after this time, with what was found so far. An org that does not exist has none.
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
