#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "authority/audit/audit.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/keyring.h"
#include "authority/registry/registry.h"
#include "authority/tokens/revocations.h"
#include "authority/store/sql.h"
#include "authority/store/store_state.h"
#include "libtoken/token_id.h"

// What several of this folder's transactions are made of. They throw what SOCI throws; their Results carry only what is
// wrong with the arguments or with what the store says.
namespace libtoken::authority {

/// Error: kNotFound.
[[nodiscard]] Result<Org> select_org(soci::session& sql, const NameOrId& org);
/// Error: kNotFound.
[[nodiscard]] Result<App> select_app(soci::session& sql, const NameOrId& app);

/// Error: kInvalidArgument.
[[nodiscard]] Result<void> check_name(const std::string& name);
/// kAlreadyExists; `kind` is "org" or "app".
[[nodiscard]] tl::unexpected<Error> name_taken(const char* kind, const std::string& name);

/// Orgs or apps in the order of their names; apps of one org, or of all.
[[nodiscard]] std::vector<Org> select_orgs(soci::session& sql);
[[nodiscard]] std::vector<App> select_apps(soci::session& sql, const std::optional<std::uint64_t>& org);

/// A fresh root key for an org, sealed: its active one. `kek`: sealing_key(), of the same transaction. Its id.
Bytes insert_active_key(soci::session& sql, const KeyEncryptionKey& kek, std::uint64_t org, std::int64_t now_unix_s);

/// Opens a row of the table of keys. Errors: kUnusableStore (it does not open), kUnusableKeyFile (likewise, and the key
/// file cannot be read any more).
[[nodiscard]] Result<OrgKey> open_key(Store::State& state, const std::string& kid_hex, long long org,
                                      const std::string& sealed);

/// Errors: kNotFound, and those of open_key().
[[nodiscard]] Result<OrgKey> select_active_key(soci::session& sql, Store::State& state, std::uint64_t org);

/// All that sign or verify. Errors: those of open_key().
[[nodiscard]] Result<std::vector<OrgKey>> select_all_keys(soci::session& sql, Store::State& state);

/// Every revoked id.
[[nodiscard]] Result<std::vector<TokenId>> select_revocations(soci::session& sql);

/// Which of the tokens that were issued here; nothing: any.
struct TokenMatch {
  std::optional<long long> org;
  std::optional<long long> app;
  std::optional<std::string> dies_with;  ///< a key's id, in hex: what it signed, and what was made with that
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

/// Puts these and all that was made with them into the revocations. Error: kUnusableStore.
[[nodiscard]] Result<Revoked> insert_revocations(soci::session& sql, const std::vector<TokenId>& ids,
                                                 std::int64_t now_unix_s);
[[nodiscard]] bool select_is_revoked(soci::session& sql, const TokenId& id);

/// What was done, for the audit.
struct Deed {
  AuditAction action{};
  std::uint64_t org = 0;
  std::string object;
  std::string detail;
};
/// Adds a line to the audit, and notes its time as the newest record's.
void insert_audit(soci::session& sql, const Deed& deed, const Actor& actor, std::int64_t now_unix_s);

/// Error: kClock (more than kClockTolerance behind the newest record).
[[nodiscard]] Result<void> check_clock(soci::session& sql, std::int64_t now_unix_s);

/// The store's rows say what no program of ours writes.
[[nodiscard]] tl::unexpected<Error> damaged(const char* what);

}  // namespace libtoken::authority
