#include "requests/management_call.h"

#include <algorithm>

#include "authority/judge/reasons.h"
#include "authority/judge/signed_tokens.h"
#include "libtoken/text.h"
#include "requests/questions.h"
#include "requests/refusals.h"

namespace tokend {

using libtoken::ErrorKind;
using libtoken::authority::Actor;
using libtoken::authority::NameOrId;
using libtoken::authority::ReasonCode;

namespace {

std::string to_text(const NameOrId& ref) {
  const auto* name = std::get_if<std::string>(&ref);
  return name != nullptr ? *name : std::to_string(std::get<std::uint64_t>(ref));
}

}  // namespace

StoreOutcome ManagementCall::answer() {
  Response response = respond();
  return {std::move(response), publish_, std::move(must_count_)};
}

Response ManagementCall::respond() {
  const auto judging_at = judge.judging_time(now_unix_s);
  if (!judging_at) return clock_response();
  judging_at_unix_s = *judging_at;
  const RequiredAccess& access = request.route->access;
  auto callers = find_caller_tokens(judge, authorization, good_enough_for(access), *judging_at, state_.scratch);
  if (!callers) return invalid_token_response(callers.error());
  callers_ = std::move(*callers);
  if (access.to != RequiredAccess::To::kNothing && access.to != RequiredAccess::To::kItself) {
    if (auto refusal = allow()) return std::move(*refusal);
    // Only what is allowed counts, so that nobody can use up the rate of an org without a right in it.
    if (request.route->rated != Rated::kNothing) {
      asker_ = libtoken::authority::find_asker(store, grant.id);
      const auto now = std::chrono::steady_clock::now();
      const auto excess = state_.usage.take(request.route->rated, org, {grant.id, asker_->first_maker}, now);
      if (excess) return refuse({rate_limited_response(*excess), "It was asked for too often within a minute."});
    }
  }
  return request.route->endpoint->answer(*this);
}

std::optional<Response> ManagementCall::allow() {
  const auto found = find_org(judge.snapshot(), callers_, request.org);
  if (!found) {
    org = callers_.front().org;
    if (found.error().status == 404) record_refusal("", "There is no such org for this token.");
    return found.error();
  }
  org = *found;
  if (request.app && !find_app()) return refuse({unknown_response(), "There is no such app."});
  auto granted = authorize(request.route->access);
  if (!granted) return refuse(std::move(granted.error()));
  grant = *granted;
  return std::nullopt;
}

bool ManagementCall::find_app() {
  const auto& snapshot = judge.snapshot();
  const auto* name = std::get_if<std::string>(&*request.app);
  const auto entry = name != nullptr ? snapshot.app(*name) : snapshot.app(std::get<std::uint64_t>(*request.app));
  if (!entry || entry->org != org) return false;
  app = entry->id;
  return true;
}

ManagementCall::Outcome ManagementCall::authorize(const RequiredAccess& access) {
  switch (access.to) {
    case RequiredAccess::To::kNothing:
    case RequiredAccess::To::kItself:
    case RequiredAccess::To::kOrg: return ask_about_org(access.action);
    case RequiredAccess::To::kOrgOrApp: {
      auto granted = ask_about_org(access.action);
      if (granted || !app) return granted;
      return ask_about_app(access.action);
    }
    case RequiredAccess::To::kOrgOrItsApps:
      return app ? authorize({RequiredAccess::To::kOrgOrApp, access.action}) : authorize_for_apps(access.action);
    case RequiredAccess::To::kAppElseOrg: return app ? ask_about_app(access.action) : ask_about_org(access.action);
    case RequiredAccess::To::kOrgOrTokensApp: return authorize_for_issued(access.action);
  }
  return tl::unexpected(Denial{internal_response(), ""});
}

ManagementCall::Outcome ManagementCall::authorize_for_issued(libtoken::ActionMask action) {
  auto for_org = ask_about_org(action);
  if (!for_org && for_org.error().why.empty()) return for_org;
  auto token = libtoken::authority::find_token(store, request.id, org);
  if (!token && token.error().kind != ErrorKind::kNotFound) return tl::unexpected(Denial{failed(token.error()), ""});
  if (for_org) {
    if (token) {
      issued = std::move(*token);
    } else if (!proves_its_token()) {
      return tl::unexpected(Denial{unknown_response(), "There is no such token."});
    }
    return for_org;
  }
  // A caller without access to the org gets the same answer for every id, except those of an app that it has access to.
  const auto entry = token ? judge.snapshot().app(token->app) : std::nullopt;
  if (!entry || entry->org != org) return for_org;
  app = entry->id;
  auto for_app = ask_about_app(action);
  if (!for_app) return for_org;
  issued = std::move(*token);
  return for_app;
}

bool ManagementCall::proves_its_token() const {
  if (request.token.empty()) return false;
  libtoken::VerifierScratch scratch;  // the other one still has the token that asks
  const auto tokens = libtoken::authority::tokens_signed_here(judge.snapshot(), request.token, scratch);
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const auto& token) { return token.id == request.id && token.org == org; });
}

ManagementCall::Outcome ManagementCall::authorize_for_apps(libtoken::ActionMask action) {
  auto for_org = ask_about_org(action);
  if (for_org || for_org.error().why.empty()) return for_org;
  auto allowed = judge.allowed_apps(about_app(authorization, org, 0, action), org, now_unix_s, state_.scratch);
  if (!allowed || allowed->apps.empty()) return for_org;
  note_use(allowed->token);
  apps = std::move(allowed->apps);
  return Grant{allowed->token, nullptr, false};
}

ManagementCall::Outcome ManagementCall::ask_about_org(libtoken::ActionMask action) {
  auto granted = ask(about_org(authorization, org, action));
  if (granted) granted->for_org = true;
  return granted;
}

ManagementCall::Outcome ManagementCall::ask_about_app(libtoken::ActionMask action) {
  return ask(about_app(authorization, org, *app, action));
}

ManagementCall::Outcome ManagementCall::ask(const libtoken::authority::Question& question) {
  auto decision = judge.decide(question, now_unix_s, state_.scratch);
  if (!decision) {
    state_.log->error("no decision: {}", libtoken::escape_untrusted(decision.error().message));
    const bool clock = decision.error().kind == ErrorKind::kClock;
    return tl::unexpected(Denial{clock ? clock_response() : internal_response(), ""});
  }
  if (!decision->allowed) {
    denial_ = std::move(*decision);
    return tl::unexpected(Denial{denial_response(*denial_), denial_->reasons.front().message});
  }
  note_use(*decision->token);
  return Grant{*decision->token, decision->allowed_by, false};
}

Actor ManagementCall::actor() const {
  if (!asker_) return actor_of(grant.id);
  return {grant.id, asker_->holder, "", peer.to_string()};
}

Actor ManagementCall::actor_of(const libtoken::TokenId& id) const {
  return libtoken::authority::token_actor(store, id, peer.to_string());
}

std::string ManagementCall::object() const {
  if (request.route->access.to == RequiredAccess::To::kOrgOrTokensApp) return to_string(request.id);
  return request.app ? to_text(*request.app) : std::string(judge.snapshot().org_name_view(org));
}

Response ManagementCall::refuse(Denial denial) const {
  if (!denial.why.empty()) record_refusal(object(), request.audit_note + denial.why);
  return std::move(denial.response);
}

void ManagementCall::record_refusal(const std::string& object, const std::string& why) const {
  const auto action = request.route->audited_as;
  if (!action) return;
  const auto caller =
      std::find_if(callers_.begin(), callers_.end(), [&](const CallerToken& token) { return token.org == org; });
  const auto asker = libtoken::authority::find_asker(store, caller->id);
  const auto limit = state_.services.limit_refusal({caller->id, asker.first_maker, org, *action});
  if (!limit.write) return;
  const Actor by{caller->id, asker.holder, "", peer.to_string()};
  const auto recorded =
      libtoken::authority::record_refusals(store, {{by, *action, org, object, why, limit.left_out}}, now_unix_s);
  if (!recorded) {
    state_.log->error("a refusal could not be written into the audit: {}",
                      libtoken::escape_untrusted(recorded.error().message));
  }
}

void ManagementCall::must_count(const libtoken::authority::Revoked& revoked) {
  publish_ = true;
  must_count_.insert(must_count_.end(), revoked.newly.begin(), revoked.newly.end());
  must_count_.insert(must_count_.end(), revoked.already.begin(), revoked.already.end());
}

Response ManagementCall::failed(const libtoken::Error& error) const {
  switch (error.kind) {
    case ErrorKind::kNotFound: return unknown_response();
    case ErrorKind::kInvalidArgument:
    case ErrorKind::kTooLarge: return error_response(400, "bad_field", libtoken::escape_untrusted(error.message) + ".");
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kConflict: return error_response(409, "conflict", libtoken::escape_untrusted(error.message) + ".");
    case ErrorKind::kRevoked:
      return invalid_token_response(
          libtoken::authority::reason_about_all(ReasonCode::kRevoked, "The token has been revoked."));
    case ErrorKind::kLimit: {
      std::string message = libtoken::escape_untrusted(error.message) + ".";
      message.front() = static_cast<char>(message.front() - 'a' + 'A');
      if (error.retry_after_s > 0) return rate_limited_response(message, error.retry_after_s);
      return too_many_tokens_response(message);
    }
    case ErrorKind::kClock: return clock_response();
    case ErrorKind::kStoreFull:
      state_.log->error("a request was refused: {}", libtoken::escape_untrusted(error.message));
      return store_full_response();
    case ErrorKind::kStoreUnavailable:
    case ErrorKind::kUnusableStore:
    case ErrorKind::kUnusableKeyFile:
      state_.log->error("the store failed at a request: {}", libtoken::escape_untrusted(error.message));
      return store_unavailable_response();
    case ErrorKind::kMalformed:
    case ErrorKind::kTruncated:
    case ErrorKind::kWrongLocation:
    case ErrorKind::kUnknownKey:
    case ErrorKind::kBadSignature:
    case ErrorKind::kMissingDischarge:
    case ErrorKind::kFinalized:
    case ErrorKind::kRepeatedThirdParty:
    case ErrorKind::kMisplacedAttestation:
    case ErrorKind::kUnreachableElse:
    case ErrorKind::kBadKey: break;
  }
  state_.log->error("a request could not be done: {}", libtoken::escape_untrusted(error.message));
  return internal_response();
}

}  // namespace tokend
