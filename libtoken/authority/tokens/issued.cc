#include "authority/tokens/issued.h"

#include <limits>
#include <utility>

#include "authority/store/store_state.h"
#include "authority/tokens/token_rows.h"

namespace libtoken::authority {
namespace {

bool is_wanted(const IssuedToken& token, const TokenFilter& filter, std::int64_t now_unix_s) {
  switch (status_of(token, now_unix_s)) {
    case TokenStatus::kLive:
      return !filter.ending_before_unix_s ||
             (token.not_after_unix_s && *token.not_after_unix_s <= *filter.ending_before_unix_s);
    case TokenStatus::kExpired: return filter.expired;
    case TokenStatus::kRevoked:
    case TokenStatus::kKeyRetired: return filter.revoked;
  }
  return false;
}

// A token's place in the order of lists: when it was created, and its id.
Result<std::pair<long long, std::string>> select_place(soci::session& sql, const TokenId& id, const TokenMatch& match) {
  std::string text = to_string(id);
  long long created = 0;
  long long org = 0;
  long long app = 0;
  sql << "SELECT created, org, coalesce(app, 0) FROM tokens WHERE id = :id", soci::use(text), soci::into(created),
      soci::into(org), soci::into(app);
  // A caller who may see the tokens of one app must not learn of others.
  if (!sql.got_data() || (match.org && org != *match.org) || (match.app && app != *match.app)) {
    return fail(ErrorKind::kNotFound, "no token with the id " + text + " is in the list");
  }
  return std::pair(created, std::move(text));
}

Result<TokenPage> read_page(Store& store, const TokenFilter& filter, const std::optional<TokenId>& after,
                            std::size_t limit, std::int64_t now_unix_s) {
  return read_transaction(store, [&](soci::session& sql) -> Result<TokenPage> {
    auto match = match_of(sql, filter);
    if (!match) return tl::unexpected(match.error());
    if (!filter.expired && !filter.revoked) match->live_at = now_unix_s;
    if (after) {
      auto place = select_place(sql, *after, *match);
      if (!place) return tl::unexpected(place.error());
      match->after = std::move(*place);
    }
    TokenPage page;
    const auto read = for_each_token(sql, *match, [&](IssuedToken&& token) {
      if (!is_wanted(token, filter, now_unix_s)) return true;
      page.more_follow = page.tokens.size() == limit;
      if (!page.more_follow) page.tokens.push_back(std::move(token));
      return !page.more_follow;
    });
    if (!read) return tl::unexpected(read.error());
    return page;
  });
}

}  // namespace

const char* to_string(TokenStatus status) noexcept {
  switch (status) {
    case TokenStatus::kLive: return "live";
    case TokenStatus::kExpired: return "expired";
    case TokenStatus::kRevoked: return "revoked";
    case TokenStatus::kKeyRetired: return "key_retired";
  }
  return "";
}

TokenStatus status_of(const IssuedToken& token, std::int64_t now_unix_s) noexcept {
  const auto& end = token.not_after_unix_s;
  if (token.revoked_unix_s && (!end || *token.revoked_unix_s <= *end)) return TokenStatus::kRevoked;
  if (token.key_retired) return TokenStatus::kKeyRetired;
  // In the second of its end it still clears (FORMAT.md §7).
  return end && now_unix_s > *end ? TokenStatus::kExpired : TokenStatus::kLive;
}

Result<std::vector<IssuedToken>> list_tokens(Store& store, const TokenFilter& filter, std::int64_t now_unix_s) {
  auto page = read_page(store, filter, std::nullopt, std::numeric_limits<std::size_t>::max(), now_unix_s);
  if (!page) return tl::unexpected(page.error());
  return std::move(page->tokens);
}

Result<TokenPage> list_page(Store& store, const TokenFilter& filter, const std::optional<TokenId>& after,
                            std::size_t limit, std::int64_t now_unix_s) {
  if (limit < 1 || limit > kMaxPageTokens) {
    return fail(ErrorKind::kInvalidArgument, "a page has from 1 to " + std::to_string(kMaxPageTokens) + " tokens");
  }
  return read_page(store, filter, after, limit, now_unix_s);
}

Result<IssuedToken> find_token(Store& store, const TokenId& id, const std::optional<std::uint64_t>& org) {
  return read_transaction(store, [&](soci::session& sql) -> Result<IssuedToken> {
    TokenMatch match;
    match.id = to_string(id);
    if (org) match.org = static_cast<long long>(*org);
    auto tokens = select_tokens(sql, match);
    if (!tokens) return tl::unexpected(tokens.error());
    if (tokens->empty()) return fail(ErrorKind::kNotFound, "no token with the id " + *match.id + " was issued here");
    return std::move(tokens->front());
  });
}

Actor token_actor(Store& store, const TokenId& id, std::string peer) {
  Actor actor;
  actor.token = id;
  actor.peer = std::move(peer);
  if (auto issued = find_token(store, id)) actor.holder = std::move(issued->holder);
  return actor;
}

}  // namespace libtoken::authority
