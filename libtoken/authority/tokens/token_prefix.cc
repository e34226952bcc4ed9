#include <string>
#include <vector>

#include "authority/store/store_state.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {

Result<std::vector<IssuedToken>> find_tokens_by_prefix(Store& store, std::string_view prefix,
                                                       const std::optional<std::uint64_t>& org,
                                                       const std::optional<std::uint64_t>& app) {
  if (!is_token_id_prefix(prefix))
    return fail(ErrorKind::kInvalidArgument, "the beginning of an id has at least 8 hex digits");
  std::string first(prefix);
  for (char& c : first) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string last = first + "g";  // after every id that begins so
  const auto org_row = static_cast<long long>(org.value_or(0));
  const auto app_row = static_cast<long long>(app.value_or(0));
  const auto most = static_cast<long long>(kMaxPrefixMatches);
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<IssuedToken>> {
    std::vector<std::string> ids;
    std::string id;
    soci::statement rows =
        (sql.prepare << "SELECT id FROM tokens WHERE id >= :first AND id < :last AND (:any_org = 0 OR org = :org)"
                        " AND (:any_app = 0 OR app = :app) ORDER BY id LIMIT :most",
         soci::use(first), soci::use(last), soci::use(org_row), soci::use(org_row), soci::use(app_row),
         soci::use(app_row), soci::use(most), soci::into(id));
    rows.execute();
    while (rows.fetch()) ids.push_back(id);
    std::vector<IssuedToken> found;
    for (const std::string& one : ids) {
      TokenMatch match;
      match.id = one;
      auto tokens = select_tokens(sql, match);
      if (!tokens) return tl::unexpected(tokens.error());
      if (!tokens->empty()) found.push_back(std::move(tokens->front()));
    }
    return found;
  });
}

}  // namespace libtoken::authority
