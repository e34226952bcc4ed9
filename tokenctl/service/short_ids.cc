#include "service/short_ids.h"

#include "output/listing.h"

namespace tokenctl {
namespace {

using libtoken::TokenId;

Outcome<TokenId> find_by_prefix(Service& service, const std::string& prefix) {
  const auto found = service.tokens_with_prefix(prefix);
  if (!found) return tl::unexpected<Failure>(found.error());
  if (found->empty()) return fail(Exit::kRefused, "there is no token whose id begins with " + in_quotes(prefix));
  if (found->size() == 1) return found->front().token.id;
  std::string ids;
  for (const ListedToken& one : *found) ids += (ids.empty() ? "" : ", ") + to_string(one.token.id);
  return fail(Exit::kUsage, "several ids begin with " + in_quotes(prefix) + ": " + ids);
}

}  // namespace

Outcome<std::vector<TokenId>> find_ids(Service& service, const std::vector<std::string>& texts) {
  std::vector<TokenId> ids;
  for (const std::string& text : texts) {
    const auto whole = libtoken::parse_token_id(text);
    const auto id = whole ? Outcome<TokenId>(*whole) : find_by_prefix(service, text);
    if (!id) return tl::unexpected<Failure>(id.error());
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace tokenctl
