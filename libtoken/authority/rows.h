#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "authority/keyring.h"
#include "authority/registry.h"
#include "authority/sql.h"
#include "authority/store_state.h"
#include "libtoken/token_id.h"

// What several of this folder's transactions are made of. They throw what SOCI throws; their Results carry only what is
// wrong with the arguments or with what the store says.
namespace libtoken::authority {

/// Error: kNotFound.
[[nodiscard]] Result<Org> select_org(soci::session& sql, const NameOrId& org);
/// Error: kNotFound.
[[nodiscard]] Result<App> select_app(soci::session& sql, const NameOrId& app);

/// Orgs or apps in the order of their names; apps of one org, or of all.
[[nodiscard]] std::vector<Org> select_orgs(soci::session& sql);
[[nodiscard]] std::vector<App> select_apps(soci::session& sql, const std::optional<std::uint64_t>& org);

/// A fresh root key for an org, sealed: its active one.
void insert_active_key(soci::session& sql, const KeyEncryptionKey& kek, std::uint64_t org, std::int64_t now_unix_s);

/// Errors: kNotFound, kUnusableStore (it does not open).
[[nodiscard]] Result<OrgKey> select_active_key(soci::session& sql, const Store::State& state, std::uint64_t org);

/// All that sign or verify. Error: kUnusableStore (one does not open).
[[nodiscard]] Result<std::vector<OrgKey>> select_all_keys(soci::session& sql, const Store::State& state);

/// Every revoked id.
[[nodiscard]] Result<std::vector<TokenId>> select_revocations(soci::session& sql);

}  // namespace libtoken::authority
