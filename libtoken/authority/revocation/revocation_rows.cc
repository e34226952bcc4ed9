#include "authority/revocation/revocation_rows.h"

#include <chrono>
#include <set>
#include <string>

#include "authority/revocation/descendants.h"
#include "authority/store/store.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {

bool select_is_revoked(soci::session& sql, const TokenId& id) {
  const std::string text = to_string(id);
  long long found = 0;
  sql << "SELECT count(*) FROM revocations WHERE id = :id", soci::use(text), soci::into(found);
  return found != 0;
}

std::int64_t living_ends_from(std::int64_t now_unix_s) noexcept {
  return now_unix_s - std::chrono::seconds(kClockTolerance).count();
}

Result<InsertedRevocations> insert_revocations(soci::session& sql, const std::vector<TokenId>& ids,
                                               std::int64_t now_unix_s, RevocationProgress* progress) {
  std::string text;
  long long found = 0;
  InsertedRevocations inserted;
  std::vector<TokenId>& newly = inserted.revoked.newly;
  {
    soci::statement is_revoked =
        (sql.prepare << "SELECT count(*) FROM revocations WHERE id = :id", soci::use(text), soci::into(found));
    std::set<TokenId> known;
    for (const TokenId& id : ids) {
      if (!known.insert(id).second) continue;
      text = to_string(id);
      is_revoked.execute(true);
      (found == 0 ? newly : inserted.revoked.already).push_back(id);
    }
  }
  const auto descendants = select_living_descendants(sql, newly, living_ends_from(now_unix_s));
  if (!descendants) return tl::unexpected(descendants.error());

  const long long now = now_unix_s;
  soci::statement insert = (sql.prepare << "INSERT INTO revocations (id, created) VALUES (:id, :created)"
                                           " ON CONFLICT (id) DO NOTHING",
                            soci::use(text), soci::use(now));
  inserted.descendants.resize(newly.size());
  if (progress != nullptr) progress->of = newly.size() + descendants->size();
  const auto add = [&](const TokenId& id) {
    text = to_string(id);
    insert.execute(true);
    if (progress != nullptr) ++progress->done;
    return insert.get_affected_rows() > 0;
  };
  for (const TokenId& id : newly) (void)add(id);
  newly.reserve(newly.size() + descendants->size());
  for (const Descendant& one : *descendants) {
    if (!add(one.id)) continue;
    newly.push_back(one.id);
    ++inserted.descendants[one.of];
  }
  return inserted;
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
