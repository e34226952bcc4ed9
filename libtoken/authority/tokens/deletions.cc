#include "authority/tokens/deletions.h"

#include "authority/audit/audit_rows.h"
#include "authority/registry/registry_rows.h"
#include "authority/revocation/revocation_rows.h"
#include "authority/store/store_state.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {
namespace {

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Checks that no more live tokens would end than the person who agreed to it was told of.
Result<void> check_live(soci::session& sql, const TokenMatch& match, std::size_t expected_live, const std::string& what,
                        std::int64_t now_unix_s) {
  const std::size_t live = count_live_tokens(sql, match, now_unix_s);
  if (live <= expected_live) return {};
  return fail(ErrorKind::kConflict, what + " has " + counted(live, "live token") + " by now, not " +
                                        std::to_string(expected_live) + ": look at them again");
}

// Revokes all tokens that the match finds, and their descendants. How many were newly revoked.
Result<std::size_t> revoke_all(soci::session& sql, const TokenMatch& match, std::int64_t now_unix_s) {
  const auto tokens = select_tokens(sql, match);
  if (!tokens) return tl::unexpected(tokens.error());
  std::vector<TokenId> ids;
  for (const IssuedToken& token : *tokens) ids.push_back(token.id);
  const auto revoked = insert_revocations(sql, ids, now_unix_s);
  if (!revoked) return tl::unexpected(revoked.error());
  return revoked->revoked.newly.size();
}

}  // namespace

Result<Org> delete_org(Store& store, const NameOrId& org, std::size_t expected_live, const Actor& actor,
                       std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<Org> {
    auto found = select_org(sql, org);
    if (!found) return found;
    const auto id = static_cast<long long>(found->id);
    TokenMatch match;
    match.org = id;
    if (auto good = check_live(sql, match, expected_live, "the org " + found->name, now_unix_s); !good) {
      return tl::unexpected(good.error());
    }
    const auto revoked = revoke_all(sql, match, now_unix_s);
    if (!revoked) return tl::unexpected(revoked.error());
    const auto apps = select_apps(sql, found->id);
    if (!apps) return tl::unexpected(apps.error());
    for (const char* statement : {"INSERT OR IGNORE INTO ended_keys SELECT kid FROM keys_given WHERE org = :org",
                                  "INSERT OR IGNORE INTO deleted SELECT 'app', id FROM apps WHERE org = :org",
                                  "INSERT INTO deleted (kind, id) VALUES ('org', :org)",
                                  "DELETE FROM tokens WHERE org = :org", "DELETE FROM keys WHERE org = :org",
                                  "DELETE FROM apps WHERE org = :org", "DELETE FROM orgs WHERE id = :org"}) {
      sql << statement, soci::use(id);
    }
    insert_audit(sql,
                 {AuditAction::kOrgDelete, found->id, found->name,
                  counted(apps->size(), "app") + " deleted and " + counted(*revoked, "token") + " revoked with it"},
                 actor, now_unix_s);
    return found;
  });
}

Result<App> delete_app(Store& store, const NameOrId& app, std::size_t expected_live, const Actor& actor,
                       std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<App> {
    auto found = select_app(sql, app);
    if (!found) return found;
    const auto id = static_cast<long long>(found->id);
    TokenMatch match;
    match.app = id;
    if (auto good = check_live(sql, match, expected_live, "the app " + found->name, now_unix_s); !good) {
      return tl::unexpected(good.error());
    }
    const auto revoked = revoke_all(sql, match, now_unix_s);
    if (!revoked) return tl::unexpected(revoked.error());
    sql << "DELETE FROM apps WHERE id = :id", soci::use(id);
    sql << "INSERT INTO deleted (kind, id) VALUES ('app', :id)", soci::use(id);
    insert_audit(sql,
                 {AuditAction::kAppDelete, found->org, found->name, counted(*revoked, "token") + " revoked with it"},
                 actor, now_unix_s);
    return found;
  });
}

}  // namespace libtoken::authority
