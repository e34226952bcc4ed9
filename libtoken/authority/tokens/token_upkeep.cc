#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/store/store_state.h"
#include "authority/tokens/issued.h"

namespace libtoken::authority {
Result<void> note_uses(Store& store, const std::vector<TokenId>& ids, std::int64_t now_unix_s) {
  if (ids.empty()) return {};
  constexpr std::int64_t kDay = 24 * 60 * 60;
  const long long day = now_unix_s - now_unix_s % kDay;
  return write_transaction(store, [&](soci::session& sql) -> Result<void> {
    std::string id;
    soci::statement update = (sql.prepare << "UPDATE tokens SET last_used = :day WHERE id = :id AND"
                                             " (last_used IS NULL OR last_used < :same_day)",
                              soci::use(day), soci::use(id), soci::use(day));
    long long changed = 0;
    for (const TokenId& one : ids) {
      id = to_string(one);
      update.execute(true);
      changed += update.get_affected_rows();
    }
    // If nothing has changed, nothing is recorded, so that processes that watch the store see no change.
    if (changed > 0) note_record(sql, now_unix_s);
    return {};
  });
}

// Selects the tokens whose records can be deleted: their end is known from their mint and long past, and none of their
// descendants stays, which must be found when the token is revoked or its key is retired.
constexpr const char* kPrunable =
    "WITH RECURSIVE needed (id) AS ("
    "SELECT maker FROM tokens WHERE maker IS NOT NULL AND (not_after IS NULL OR not_after > :latest_end)"
    " UNION SELECT tokens.maker FROM tokens JOIN needed ON tokens.id = needed.id WHERE tokens.maker IS NOT NULL)"
    " SELECT id FROM tokens WHERE not_after <= :same_end AND id NOT IN (SELECT id FROM needed)";

Result<Pruned> prune(Store& store, const Actor& actor, std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<Pruned> {
    if (auto good = check_clock(sql, now_unix_s); !good) return tl::unexpected(good.error());
    const long long latest_end = now_unix_s - std::chrono::seconds(kPruneAfter).count();
    const auto remove = [&](const char* table) {
      soci::statement rows = (sql.prepare << std::string("DELETE FROM ") + table + " WHERE id IN (" + kPrunable + ")",
                              soci::use(latest_end), soci::use(latest_end));
      rows.execute(true);
      return static_cast<std::size_t>(rows.get_affected_rows());
    };
    Pruned pruned;
    pruned.revocations = remove("revocations");
    pruned.tokens = remove("tokens");
    if (pruned.tokens > 0) {
      insert_audit(sql,
                   {AuditAction::kPrune, 0, "",
                    "forgot " + std::to_string(pruned.tokens) + " tokens that ended long ago and " +
                        std::to_string(pruned.revocations) + " of their revocations"},
                   actor, now_unix_s);
    }
    return pruned;
  });
}

}  // namespace libtoken::authority
