#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/json_response.h"
#include "api/management_handlers.h"
#include "api/service_errors.h"
#include "authority/tokens/issued_json.h"
#include "libtoken/text.h"

namespace tokend {

using libtoken::kCreate;
using libtoken::kDelete;
using libtoken::kRead;
using libtoken::authority::AuditAction;
using libtoken::authority::ListedPage;
using libtoken::authority::NameOrId;
using libtoken::authority::RevocationReply;
using libtoken::authority::ShowOrg;

namespace {

std::string written(const NameOrId& ref) {
  const auto* name = std::get_if<std::string>(&ref);
  return name != nullptr ? *name : std::to_string(std::get<std::uint64_t>(ref));
}

/// Others wait for this thread, to revoke.
constexpr std::chrono::milliseconds kNearMissPatience{5};

constexpr const char* kNoSuchApp = "There is no such app.";

}  // namespace

Response Clerk::mint(Case& given) {
  libtoken::authority::MintRequest request = given.request.mint;
  const std::string profile = to_string(request.profile);
  const bool for_app = given.request.app.has_value();
  const std::string object =
      for_app ? written(*given.request.app) : std::string(given.judge.snapshot().org_name_view(given.org));
  const auto refuse = [&](const std::string& why, Response response) {
    return refused(given, AuditAction::kMint, object, why.empty() ? why : profile + ": " + why, std::move(response));
  };
  if (for_app && !find_app(given)) return refuse(kNoSuchApp, unknown_response());
  auto grant = authorize(given, kCreate, for_app ? Form::kApp : Form::kOrg);
  if (!grant) return refuse(grant.error().why, std::move(grant.error().response));
  auto maker = libtoken::authority::maker_of(*grant->token);
  if (!maker) {
    const std::string why = libtoken::escape_untrusted(maker.error().message) + ".";
    return refuse(why, error_response(403, "not_allowed", why));
  }
  const auto maker_end = maker->not_after_unix_s;
  request.org = given.org;
  if (given.app) request.app = *given.app;
  request.maker = std::move(*maker);
  auto minted = libtoken::authority::mint(given.store, request, actor_of(given, grant->id), given.now_unix_s);
  if (!minted) {
    const bool revoked = minted.error().kind == libtoken::ErrorKind::kRevoked;
    return refuse(revoked ? "The token has been revoked." : "", failed(minted.error()));
  }
  // The earlier end, as the token has it.
  auto end = request.not_after_unix_s;
  if (maker_end && (!end || *maker_end < *end)) end = maker_end;
  return json_response(201, to_json(libtoken::authority::CreatedToken{std::move(*minted), request.profile, end}));
}

Response Clerk::list_tokens(Case& given) {
  if (given.request.app && !find_app(given)) return unknown_response();
  auto grant = authorize(given, kRead, Form::kEither);
  if (!grant) return std::move(grant.error().response);
  libtoken::authority::TokenFilter filter = given.request.filter;
  filter.org = given.org;
  if (given.app) filter.app = *given.app;
  auto page = libtoken::authority::list_page(given.store, filter, given.request.after, given.request.limit,
                                                   given.now_unix_s);
  if (!page) return failed(page.error());
  ListedPage listed;
  if (page->more_follow) listed.next = page->tokens.back().id;
  listed.tokens = libtoken::authority::with_status(std::move(page->tokens), given.now_unix_s);
  return json_response(200, tokens_to_json(listed, ShowOrg::kNo));
}

tl::expected<Clerk::Found, Clerk::Denial> Clerk::find_issued(Case& given, libtoken::ActionMask action) {
  const auto unknown = [] { return tl::unexpected(Denial{unknown_response(), "There is no such token."}); };
  auto grant = authorize(given, action, Form::kOrg);
  if (!grant && grant.error().why.empty()) return tl::unexpected(std::move(grant.error()));
  auto token = libtoken::authority::find_token(given.store, given.request.id);
  if (!token && token.error().kind != libtoken::ErrorKind::kNotFound) {
    return tl::unexpected(Denial{failed(token.error()), ""});
  }
  const bool ours = token && token->org == given.org;
  if (grant) return ours ? tl::expected<Found, Denial>(Found{*grant, std::move(*token)}) : unknown();
  // Who may not look into the org hears the same of every id but those of an app that it may look into.
  const auto app = ours ? given.judge.snapshot().app(token->app) : std::nullopt;
  if (!app || app->org != given.org) return tl::unexpected(std::move(grant.error()));
  given.app = app->id;
  auto of_app = authorize(given, action, Form::kApp);
  if (!of_app) return tl::unexpected(std::move(grant.error()));
  return Found{*of_app, std::move(*token)};
}

Response Clerk::show_token(Case& given) {
  auto found = find_issued(given, kRead);
  if (!found) return std::move(found.error().response);
  const auto status = status_of(found->token, given.now_unix_s);
  return json_response(200, to_json(libtoken::authority::ListedToken{std::move(found->token), status}, ShowOrg::kNo));
}

Response Clerk::revoke_token(Case& given) {
  auto found = find_issued(given, kDelete);
  if (!found) {
    return refused(given, AuditAction::kRevoke, to_string(given.request.id), found.error().why,
                   std::move(found.error().response));
  }
  auto revoked =
      libtoken::authority::revoke(given.store, {given.request.id}, actor_of(given, found->grant.id), given.now_unix_s);
  if (!revoked) return failed(revoked.error());
  if (!publish(*revoked)) return not_judged_by_response();
  return json_response(200, to_json(RevocationReply{std::move(*revoked), std::nullopt}));
}

Response Clerk::revoke_held(Case& given) {
  libtoken::authority::TokenFilter filter = given.request.filter;
  const auto refuse = [&](Denial denial) {
    const std::string object =
        given.request.app ? written(*given.request.app) : std::string(given.judge.snapshot().org_name_view(given.org));
    const std::string why =
        denial.why.empty() ? "" : "for " + libtoken::escape_untrusted(*filter.holder, 200) + ": " + denial.why;
    return refused(given, AuditAction::kRevoke, object, why, std::move(denial.response));
  };
  if (given.request.app && !find_app(given)) return refuse({unknown_response(), kNoSuchApp});
  auto grant = authorize(given, kDelete, Form::kEither);
  if (!grant) return refuse(std::move(grant.error()));
  filter.org = given.org;
  if (given.app) filter.app = *given.app;
  auto revoked =
      libtoken::authority::revoke_matching(given.store, filter, actor_of(given, grant->id), given.now_unix_s);
  if (!revoked) return failed(revoked.error());
  if (!publish(*revoked)) return not_judged_by_response();
  RevocationReply reply{std::move(*revoked), std::nullopt};
  if (grant->for_org) {
    auto near =
        libtoken::authority::near_misses(given.store, libtoken::authority::Label::kHolder, *filter.holder, given.org,
                                         kNearMissPatience);
    if (!near) return failed(near.error());
    reply.near_misses = std::move(*near);
  }
  return json_response(200, to_json(reply));
}

}  // namespace tokend
