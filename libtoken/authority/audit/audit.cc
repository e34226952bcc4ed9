#include "authority/audit/audit.h"

#include <algorithm>
#include <array>
#include <utility>

#include "authority/audit/audit_rows.h"
#include "authority/store/label_text.h"
#include "authority/store/store_state.h"
#include "libtoken/text.h"

namespace libtoken::authority {
namespace {

constexpr std::array kActions = {AuditAction::kMint,      AuditAction::kRevoke,    AuditAction::kKeyRotate,
                                 AuditAction::kKeyRetire, AuditAction::kKeyRewrap, AuditAction::kOrgCreate,
                                 AuditAction::kOrgRename, AuditAction::kOrgDelete, AuditAction::kAppCreate,
                                 AuditAction::kAppRename, AuditAction::kAppDelete, AuditAction::kPrune,
                                 AuditAction::kRestore};

std::optional<AuditAction> action_named(std::string_view name) {
  for (const AuditAction action : kActions)
    if (name == to_string(action)) return action;
  return std::nullopt;
}

// What a request said, as it may stand in the audit.
std::string without_token(const std::string& text, std::size_t max_bytes) {
  return holds_token(text) ? "(a token)" : escape_untrusted(text, max_bytes);
}

void insert(soci::session& sql, const AuditEvent& event, const Actor& actor, bool refused, std::int64_t now_unix_s) {
  const long long now = now_unix_s;
  const std::string token = actor.token ? to_string(*actor.token) : "";
  soci::indicator has_token = actor.token ? soci::i_ok : soci::i_null;
  const std::string action = to_string(event.action);
  const int is_refused = refused ? 1 : 0;
  const auto org = static_cast<long long>(event.org);
  sql << "INSERT INTO audit (at, token, holder, local_user, peer, action, refused, org, object, detail) VALUES"
         " (:at, :token, :holder, :local_user, :peer, :action, :refused, :org, :object, :detail)",
      soci::use(now), soci::use(token, has_token), soci::use(actor.holder), soci::use(actor.local_user),
      soci::use(actor.peer), soci::use(action), soci::use(is_refused), soci::use(org), soci::use(event.object),
      soci::use(event.detail);
  note_record(sql, now_unix_s);
}

// A row of the table, for SOCI to read into.
struct Row {
  long long number = 0;
  long long at = 0;
  std::string token, holder, local_user, peer, action;
  int refused = 0;
  long long org = 0;
  std::string object, detail;
};

Result<AuditEntry> entry_of(const Row& row) {
  AuditEntry entry;
  entry.number = row.number;
  entry.at_unix_s = row.at;
  if (!row.token.empty()) {
    const auto token = parse_token_id(row.token);
    if (!token) return damaged("an audit entry has an actor that is not a token's id");
    entry.actor.token = *token;
  }
  entry.actor.holder = row.holder;
  entry.actor.local_user = row.local_user;
  entry.actor.peer = row.peer;
  const auto action = action_named(row.action);
  if (!action) return damaged("an audit entry has an action that does not exist");
  entry.action = *action;
  entry.refused = row.refused != 0;
  entry.org = static_cast<std::uint64_t>(row.org);
  entry.object = row.object;
  entry.detail = row.detail;
  return entry;
}

}  // namespace

const char* to_string(AuditAction action) noexcept {
  switch (action) {
    case AuditAction::kMint: return "mint";
    case AuditAction::kRevoke: return "revoke";
    case AuditAction::kKeyRotate: return "keys.rotate";
    case AuditAction::kKeyRetire: return "keys.retire";
    case AuditAction::kKeyRewrap: return "keys.rewrap";
    case AuditAction::kOrgCreate: return "orgs.create";
    case AuditAction::kOrgRename: return "orgs.rename";
    case AuditAction::kOrgDelete: return "orgs.delete";
    case AuditAction::kAppCreate: return "apps.create";
    case AuditAction::kAppRename: return "apps.rename";
    case AuditAction::kAppDelete: return "apps.delete";
    case AuditAction::kPrune: return "prune";
    case AuditAction::kRestore: return "restore";
  }
  return "";
}

void insert_audit(soci::session& sql, const AuditEvent& event, const Actor& actor, std::int64_t now_unix_s) {
  insert(sql, event, actor, false, now_unix_s);
}

Result<void> record_refusals(Store& store, const std::vector<RefusedRequest>& refused, std::int64_t now_unix_s) {
  return write_transaction(store, [&](soci::session& sql) -> Result<void> {
    for (const RefusedRequest& one : refused) {
      std::string detail = without_token(one.detail, 500);
      if (one.unrecorded > 0) detail += " (and " + std::to_string(one.unrecorded) + " more refusals before)";
      const AuditEvent event{one.action, one.org, without_token(one.object, 100), std::move(detail)};
      insert(sql, event, one.actor, true, now_unix_s);
    }
    return {};
  });
}

Result<std::vector<AuditEntry>> list_audit(Store& store, const AuditFilter& filter) {
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<AuditEntry>> {
    std::string query =
        "SELECT number, at, coalesce(token, ''), holder, local_user, peer, action, refused, org, object, detail"
        " FROM audit" +
        std::string(filter.org ? " INDEXED BY audit_by_org" : "") + " WHERE 1 = 1";
    Row row;
    const auto org = static_cast<long long>(filter.org.value_or(0));
    const long long since = filter.since_unix_s.value_or(0);
    // More than any store holds, and small enough for a column of SQL.
    const auto limit = static_cast<long long>(std::min<std::size_t>(filter.limit, std::size_t{1} << 48));
    soci::statement rows(sql);
    rows.exchange(soci::into(row.number));
    rows.exchange(soci::into(row.at));
    for (std::string* text : {&row.token, &row.holder, &row.local_user, &row.peer, &row.action}) {
      rows.exchange(soci::into(*text));
    }
    rows.exchange(soci::into(row.refused));
    rows.exchange(soci::into(row.org));
    rows.exchange(soci::into(row.object));
    rows.exchange(soci::into(row.detail));
    if (filter.org) {
      query += " AND org = :org";
      rows.exchange(soci::use(org));
    }
    if (filter.since_unix_s) {
      query += " AND at >= :since";
      rows.exchange(soci::use(since));
    }
    rows.exchange(soci::use(limit));
    rows.alloc();
    rows.prepare(query + " ORDER BY " + (filter.org ? "at DESC, number DESC" : "number DESC") + " LIMIT :limit");
    rows.define_and_bind();
    rows.execute();

    std::vector<AuditEntry> entries;
    while (rows.fetch()) {
      auto entry = entry_of(row);
      if (!entry) return tl::unexpected(entry.error());
      entries.push_back(std::move(*entry));
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return entries;
  });
}

}  // namespace libtoken::authority
