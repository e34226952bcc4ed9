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

Outcome<TokenId> find_id(Service& service, const std::string& text) {
  if (const auto whole = libtoken::parse_token_id(text)) return *whole;
  return find_by_prefix(service, text);
}

}  // namespace tokenctl
