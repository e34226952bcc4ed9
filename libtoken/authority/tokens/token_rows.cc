#include "authority/tokens/token_rows.h"

#include <utility>

#include "authority/registry/registry_rows.h"
#include "authority/store/label_text.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {
namespace {

// A row of the query, for SOCI to read into.
struct Row {
  std::string id;
  long long org = 0;
  std::string org_name, profile;
  long long app = 0;
  std::string app_name, name, holder, maker, local_user;
  long long created = 0;
  long long not_after = 0, revoked = 0, last_used = 0;
  soci::indicator has_end = soci::i_null, is_revoked = soci::i_null, was_used = soci::i_null;
  std::string key_state;
  int seen_only = 0;
};

std::optional<std::int64_t> value_if(soci::indicator there, long long value) {
  return there == soci::i_ok ? std::optional<std::int64_t>(value) : std::nullopt;
}

Result<IssuedToken> token_of(const Row& row) {
  IssuedToken token;
  const auto id = parse_token_id(row.id);
  const auto profile = parse_profile(row.profile);
  if (!id || !profile) return damaged("the record of an issued token has an id or a profile that is not one");
  token.id = *id;
  token.profile = *profile;
  if (!row.maker.empty()) {
    const auto maker = parse_token_id(row.maker);
    if (!maker) return damaged("the record of an issued token has a maker that is not a token's id");
    token.maker = *maker;
  }
  // "" and 0: it has none, or the org's row is lost.
  const auto is_name = [](const std::string& name) { return name.empty() || is_valid_name(name); };
  token.org = static_cast<std::uint64_t>(row.org);
  token.app = static_cast<std::uint64_t>(row.app);
  if (!is_valid_id(token.org) || !is_name(row.org_name) || (token.app != 0 && !is_valid_id(token.app)) ||
      !is_name(row.app_name)) {
    return damaged("the record of an issued token has an org or an app that is not one");
  }
  token.org_name = row.org_name;
  token.app_name = row.app_name;
  token.name = row.name;
  token.holder = row.holder;
  token.local_user = row.local_user;
  token.created_unix_s = row.created;
  token.not_after_unix_s = value_if(row.has_end, row.not_after);
  token.revoked_unix_s = value_if(row.is_revoked, row.revoked);
  token.last_used_unix_s = value_if(row.was_used, row.last_used);
  token.key_retired = row.key_state != "active" && row.key_state != "verifying";
  token.seen_only = row.seen_only != 0;
  return token;
}

// Left joins, because a restore may have lost a token's org or key. The token does not verify then, but another restore
// may bring them back, so it must be found when tokens are revoked.
constexpr const char* kFrom =
    " FROM tokens LEFT JOIN orgs ON orgs.id = tokens.org LEFT JOIN keys ON keys.kid = tokens.kid"
    " LEFT JOIN apps ON apps.id = tokens.app LEFT JOIN revocations ON revocations.id = tokens.id WHERE 1 = 1";

// Adds the match's conditions to the query, and binds their values.
void add_conditions(const TokenMatch& match, std::string& query, soci::statement& rows) {
  const auto add = [&](const char* condition, const auto& value) {
    if (!value) return;
    query += condition;
    rows.exchange(soci::use(*value));
  };
  add(" AND tokens.org = :org", match.org);
  add(" AND tokens.app = :app", match.app);
  if (match.apps) {
    // SQL has no list as a parameter.
    query += " AND tokens.app IN (";
    for (std::size_t i = 0; i < match.apps->size(); ++i) {
      query += (i == 0 ? "" : ",") + std::to_string((*match.apps)[i]);
    }
    query += ")";
  }
  if (match.ends_with_key) {
    // A token whose maker's record is lost may be a descendant of any key of its org.
    query +=
        " AND tokens.id IN (WITH RECURSIVE ended (id) AS (SELECT id FROM tokens WHERE kid = :kid"
        " UNION SELECT tokens.id FROM tokens JOIN keys ON keys.org = tokens.org"
        " WHERE tokens.maker_lost = 1 AND keys.kid = :same_kid"
        " UNION SELECT tokens.id FROM tokens JOIN ended ON tokens.maker = ended.id) SELECT id FROM ended)";
    rows.exchange(soci::use(*match.ends_with_key));
    rows.exchange(soci::use(*match.ends_with_key));
  }
  add(" AND tokens.id = :id", match.id);
  add(" AND tokens.name_key = :name", match.name_key);
  add(" AND tokens.holder_key = :holder", match.holder_key);
  add(" AND tokens.profile = :profile", match.profile);
  add(" AND revocations.id IS NULL AND keys.state <> 'retired'"
      " AND (tokens.not_after IS NULL OR tokens.not_after >= :live_at)",
      match.live_at);
}

constexpr const char* kColumns =
    "SELECT tokens.id, tokens.org, coalesce(orgs.name, ''), tokens.profile, coalesce(tokens.app, 0),"
    " coalesce(apps.name, tokens.app_name), tokens.name, tokens.holder, coalesce(tokens.maker, ''),"
    " tokens.local_user, tokens.created, tokens.not_after, revocations.created, tokens.last_used, "
    "coalesce(keys.state, ''),"
    " tokens.seen_only";

void read_columns_into(Row& row, soci::statement& rows) {
  rows.exchange(soci::into(row.id));
  rows.exchange(soci::into(row.org));
  rows.exchange(soci::into(row.org_name));
  rows.exchange(soci::into(row.profile));
  rows.exchange(soci::into(row.app));
  for (std::string* text : {&row.app_name, &row.name, &row.holder, &row.maker, &row.local_user}) {
    rows.exchange(soci::into(*text));
  }
  rows.exchange(soci::into(row.created));
  rows.exchange(soci::into(row.not_after, row.has_end));
  rows.exchange(soci::into(row.revoked, row.is_revoked));
  rows.exchange(soci::into(row.last_used, row.was_used));
  rows.exchange(soci::into(row.key_state));
  rows.exchange(soci::into(row.seen_only));
}

}  // namespace

Result<TokenMatch> match_of(soci::session& sql, const TokenFilter& filter) {
  TokenMatch match;
  std::optional<Org> org;
  if (filter.org) {
    auto found = select_org(sql, *filter.org);
    if (!found) return tl::unexpected(found.error());
    org = std::move(*found);
    match.org = static_cast<long long>(org->id);
  }
  if (filter.app) {
    const auto app = select_app(sql, *filter.app);
    if (!app) return tl::unexpected(app.error());
    if (org && app->org != org->id) {
      return fail(ErrorKind::kInvalidArgument, "the app " + app->name + " does not belong to the org " + org->name);
    }
    match.app = static_cast<long long>(app->id);
  }
  if (filter.apps && filter.apps->size() == 1) {
    match.app = static_cast<long long>(filter.apps->front());
  } else {
    match.apps = filter.apps;
  }
  for (const std::optional<std::string>* label : {&filter.name, &filter.holder})
    if (*label && is_invisible_label(**label)) return fail(ErrorKind::kInvalidArgument, kInvisibleLabel);
  if (filter.name) match.name_key = label_key(*filter.name);
  if (filter.holder) match.holder_key = label_key(*filter.holder);
  if (filter.profile) match.profile = to_string(*filter.profile);
  return match;
}

Result<void> for_each_token(soci::session& sql, const TokenMatch& match,
                            const std::function<bool(IssuedToken&&)>& take) {
  std::string query = std::string(kColumns) + kFrom;
  Row row;
  soci::statement rows(sql);
  read_columns_into(row, rows);
  add_conditions(match, query, rows);
  rows.alloc();
  rows.prepare(query + " ORDER BY tokens.created, tokens.id");
  rows.define_and_bind();
  rows.execute();

  while (rows.fetch()) {
    auto token = token_of(row);
    if (!token) return tl::unexpected(token.error());
    if (!take(std::move(*token))) break;
  }
  return {};
}

Result<std::vector<IssuedToken>> select_tokens(soci::session& sql, const TokenMatch& match) {
  std::vector<IssuedToken> tokens;
  const auto done = for_each_token(sql, match, [&](IssuedToken&& token) {
    tokens.push_back(std::move(token));
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return tokens;
}

Result<std::vector<IssuedToken>> select_rows(soci::session& sql, const std::vector<long long>& rows) {
  std::vector<IssuedToken> tokens;
  tokens.reserve(rows.size());
  Row row;
  long long which = 0;
  soci::statement one(sql);
  read_columns_into(row, one);
  one.exchange(soci::use(which));
  one.alloc();
  one.prepare(std::string(kColumns) + kFrom + " AND tokens.rowid = :row");
  one.define_and_bind();
  for (const long long next : rows) {
    which = next;
    if (!one.execute(true)) continue;
    auto token = token_of(row);
    if (!token) return tl::unexpected(token.error());
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

std::optional<Asker> select_asker(soci::session& sql, const TokenId& id) {
  const std::string text = to_string(id);
  Asker asker{"", id};
  std::string first;
  sql << "SELECT holder, coalesce(first_maker, maker, id) FROM tokens WHERE id = :id", soci::use(text),
      soci::into(asker.holder), soci::into(first);
  if (!sql.got_data()) return std::nullopt;
  if (const auto maker = parse_token_id(first)) asker.first_maker = *maker;
  return asker;
}

std::size_t count_live_tokens(soci::session& sql, TokenMatch match, std::int64_t now_unix_s) {
  match.live_at = now_unix_s;
  std::string query = std::string("SELECT count(*)") + kFrom;
  long long count = 0;
  soci::statement rows(sql);
  rows.exchange(soci::into(count));
  add_conditions(match, query, rows);
  rows.alloc();
  rows.prepare(query);
  rows.define_and_bind();
  rows.execute(true);
  return static_cast<std::size_t>(count);
}

}  // namespace libtoken::authority
