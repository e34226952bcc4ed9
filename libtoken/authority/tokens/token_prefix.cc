#include <string>
#include <vector>

#include "authority/store/store_state.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {

Result<std::vector<IssuedToken>> find_tokens_by_prefix(Store& store, std::string_view prefix, const TokenFilter& of) {
  if (!is_token_id_prefix(prefix))
    return fail(ErrorKind::kInvalidArgument, "the beginning of an id has at least 8 hex digits");
  std::string first(prefix);
  for (char& c : first) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string last = first + "g";  // after every id that begins so
  return read_transaction(store, [&](soci::session& sql) -> Result<std::vector<IssuedToken>> {
    auto match = match_of(sql, of);
    if (!match) return tl::unexpected(match.error());
    std::vector<std::string> ids;
    std::string id;
    soci::statement rows = (sql.prepare << "SELECT id FROM tokens WHERE id >= :first AND id < :last ORDER BY id",
                            soci::use(first), soci::use(last), soci::into(id));
    rows.execute();
    while (rows.fetch()) ids.push_back(id);
    std::vector<IssuedToken> found;
    for (std::string& one : ids) {
      if (found.size() == kMaxPrefixMatches) break;
      match->id = std::move(one);
      auto tokens = select_tokens(sql, *match);
      if (!tokens) return tl::unexpected(tokens.error());
      if (!tokens->empty()) found.push_back(std::move(tokens->front()));
    }
    return found;
  });
}

}  // namespace libtoken::authority
