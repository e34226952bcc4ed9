#include "authority/tokens/revocation_rows.h"

#include <set>

#include "authority/store/store_state.h"

namespace libtoken::authority {

bool select_is_revoked(soci::session& sql, const TokenId& id) {
  const std::string text = to_string(id);
  long long found = 0;
  sql << "SELECT count(*) FROM revocations WHERE id = :id", soci::use(text), soci::into(found);
  return found != 0;
}

Result<Revoked> insert_revocations(soci::session& sql, const std::vector<TokenId>& ids, std::int64_t now_unix_s) {
  const long long now = now_unix_s;
  std::string text;
  std::string child;
  soci::statement insert = (sql.prepare << "INSERT INTO revocations (id, created) VALUES (:id, :created)"
                                           " ON CONFLICT (id) DO NOTHING",
                            soci::use(text), soci::use(now));
  soci::statement children = (sql.prepare << "SELECT id FROM tokens WHERE maker = :maker ORDER BY created, id",
                              soci::use(text), soci::into(child));

  Revoked revoked;
  std::vector<TokenId> reached;  // in the order of the result, each once, though a descendant may be asked for as well
  std::set<TokenId> known;
  for (const TokenId& id : ids)
    if (known.insert(id).second) reached.push_back(id);
  const std::size_t asked = reached.size();
  for (std::size_t next = 0; next < reached.size(); ++next) {
    text = to_string(reached[next]);
    insert.execute(true);
    if (insert.get_affected_rows() > 0) {
      revoked.newly.push_back(reached[next]);
    } else if (next < asked) {
      revoked.already.push_back(reached[next]);
    }
    children.execute();
    while (children.fetch()) {
      const auto id = parse_token_id(child);
      if (!id) return damaged("the record of an issued token has an id that is not one");
      if (known.insert(*id).second) reached.push_back(*id);
    }
  }
  return revoked;
}

Result<std::optional<std::vector<TokenId>>> select_added_revocations(soci::session& sql, long long last,
                                                                     long long newest) {
  std::optional<std::vector<TokenId>> ids(std::in_place);
  if (newest < last) return std::optional<std::vector<TokenId>>{};
  std::string text;
  long long number = 0;
  soci::statement rows =
      (sql.prepare << "SELECT number, id FROM revocations_added WHERE number > :last ORDER BY number", soci::use(last),
       soci::into(number), soci::into(text));
  rows.execute();
  for (long long expected = last + 1; rows.fetch(); ++expected) {
    if (number != expected) return std::optional<std::vector<TokenId>>{};
    const Result<TokenId> id = parse_token_id(text);
    if (!id) return damaged("a revoked id is not a token's id");
    ids->push_back(*id);
  }
  if (static_cast<long long>(ids->size()) != newest - last) return std::optional<std::vector<TokenId>>{};
  return ids;
}

Result<std::vector<TokenId>> select_revocations(soci::session& sql) {
  // Many rows at a time: one by one takes three times as long, and a daemon reads all of them after each revocation.
  constexpr std::size_t kRows = 1000;
  std::vector<TokenId> ids;
  std::vector<std::string> texts(kRows);
  soci::statement statement = (sql.prepare << "SELECT id FROM revocations", soci::into(texts));
  statement.execute();
  while (statement.fetch()) {
    for (const std::string& text : texts) {
      const Result<TokenId> id = parse_token_id(text);
      // Skipping it would allow a revoked token again.
      if (!id) return damaged("a revoked id is not a token's id");
      ids.push_back(*id);
    }
    texts.resize(kRows);
  }
  return ids;
}

}  // namespace libtoken::authority
