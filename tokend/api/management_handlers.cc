#include "api/management_handlers.h"

#include <algorithm>

#include "authority/store/label_text.h"
#include "authority/tokens/issued.h"
#include "api/denial_log.h"
#include "libtoken/text.h"
#include "api/service_errors.h"

namespace tokend {

using libtoken::ErrorKind;
using libtoken::authority::Actor;
using libtoken::authority::AuditAction;
using libtoken::authority::NameOrId;
using libtoken::authority::Question;

namespace {

/// What a refusal of this is in the audit; nothing: only what would change something stands there.
std::optional<AuditAction> audited_action(Operation operation) {
  switch (operation) {
    case Operation::kMint:
      return AuditAction::kMint;
    case Operation::kRevokeToken:
    case Operation::kRevokeHeld:
      return AuditAction::kRevoke;
    case Operation::kRotateKey:
      return AuditAction::kKeyRotate;
    case Operation::kWhoami:
    case Operation::kListTokens:
    case Operation::kShowToken:
    case Operation::kListOrgs:
    case Operation::kListApps:
    case Operation::kListKeys:
    case Operation::kReadAudit:
      break;
  }
  return std::nullopt;
}

}  // namespace

Clerk::Clerk(const JudgeSlot& judges, Clock clock, Helpers helpers, std::shared_ptr<spdlog::logger> log)
    : judges_(judges), clock_(std::move(clock)), helpers_(std::move(helpers)), log_(std::move(log)) {}

Response Clerk::answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                       libtoken::authority::Store& store) {
  denial_.reset();
  Response response = decide_and_answer(request, authorization, peer, store);
  // Only now: what is not allowed for the org may be allowed for the app.
  if (response.status == 403 && denial_) log_denial(*log_, *denial_, peer);
  return response;
}

Response Clerk::decide_and_answer(const ManagementRequest& request, std::string_view authorization, const Peer& peer,
                                  libtoken::authority::Store& store) {
  // Looked at anew: between the worker's look and ours, somebody may have revoked the token.
  const auto sight = judges_.look();
  if (sight.judge == nullptr) return not_judging_response(sight);
  Case given{request, authorization, peer, store, *sight.judge, clock_(), {}, 0, std::nullopt};
  auto bearers = find_bearers(given.judge, authorization, scratch_);
  if (!bearers) return std::move(bearers.error());
  given.bearers = std::move(*bearers);
  if (request.operation == Operation::kWhoami) return whoami(given);
  const auto org = find_org(given.judge.snapshot(), given.bearers, request.org);
  if (!org) {
    given.org = given.bearers.front().org;
    const auto action = audited_action(request.operation);
    if (org.error().status != 404 || !action) return org.error();
    return refused(given, *action, "", "There is no such org for this token.", org.error());
  }
  given.org = *org;
  return dispatch(given);
}

Response Clerk::dispatch(Case& given) {
  switch (given.request.operation) {
    case Operation::kWhoami:
      return whoami(given);
    case Operation::kMint:
      return mint(given);
    case Operation::kListTokens:
      return list_tokens(given);
    case Operation::kShowToken:
      return show_token(given);
    case Operation::kRevokeToken:
      return revoke_token(given);
    case Operation::kRevokeHeld:
      return revoke_held(given);
    case Operation::kListOrgs:
      return list_orgs(given);
    case Operation::kListApps:
      return list_apps(given);
    case Operation::kListKeys:
      return list_keys(given);
    case Operation::kRotateKey:
      return rotate_key(given);
    case Operation::kReadAudit:
      return read_audit(given);
  }
  return internal_response();
}

bool Clerk::find_app(Case& given) {
  const auto& snapshot = given.judge.snapshot();
  const NameOrId& app = *given.request.app;
  const auto* name = std::get_if<std::string>(&app);
  const auto entry = name != nullptr ? snapshot.app(*name) : snapshot.app(std::get<std::uint64_t>(app));
  if (!entry || entry->org != given.org) return false;
  given.app = entry->id;
  return true;
}

tl::expected<Clerk::Grant, Clerk::Denial> Clerk::ask(const Case& given, const Question& question) {
  auto decision = given.judge.decide(question, given.now_unix_s, scratch_);
  if (!decision) {
    log_->error("no decision: {}", libtoken::escape_untrusted(decision.error().message));
    const bool clock = decision.error().kind == ErrorKind::kClock;
    return tl::unexpected(Denial{clock ? clock_response() : internal_response(), ""});
  }
  if (!decision->allowed) {
    denial_ = std::move(*decision);
    return tl::unexpected(Denial{denial_response(*denial_), denial_->reasons.front().message});
  }
  helpers_.note_use(*decision->token);
  return Grant{*decision->token, decision->allowed_by, false};
}

tl::expected<Clerk::Grant, Clerk::Denial> Clerk::authorize(const Case& given, libtoken::ActionMask action, Form form) {
  const Errand errand{given.authorization, given.org, action};
  const bool with_app = given.app && form != Form::kOrg;
  if (form != Form::kApp) {
    auto grant = ask(given, about_org(errand));
    if (grant) grant->for_org = true;
    if (grant || !with_app) return grant;
  }
  return ask(given, about_app(errand, *given.app));
}

Actor Clerk::actor_of(const Case& given, const libtoken::TokenId& id) const {
  Actor actor;
  actor.token = id;
  actor.peer = given.peer.to_string();
  if (const auto issued = libtoken::authority::find_token(given.store, id)) actor.holder = issued->holder;
  return actor;
}

Response Clerk::refused(const Case& given, AuditAction action, const std::string& object, const std::string& why,
                        Response response) {
  if (why.empty()) return response;
  const auto asker = std::find_if(given.bearers.begin(), given.bearers.end(),
                                  [&](const Bearer& bearer) { return bearer.org == given.org; });
  const auto limit = helpers_.limit_refusal({asker->id, given.org, action});
  if (!limit.write) return response;
  libtoken::authority::AuditEntry entry;
  entry.actor = actor_of(given, asker->id);
  entry.action = action;
  entry.org = given.org;
  const auto shown = [](const std::string& text, std::size_t most) {
    return libtoken::authority::holds_token(text) ? std::string("(a token)") : libtoken::escape_untrusted(text, most);
  };
  entry.object = shown(object, 100);
  entry.detail = shown(why, 500);
  if (limit.left_out > 0) entry.detail += " (and " + std::to_string(limit.left_out) + " more refusals before)";
  const auto recorded = libtoken::authority::record_refusal(given.store, std::move(entry), given.now_unix_s);
  if (!recorded) {
    log_->error("a refusal could not be written into the audit: {}",
                libtoken::escape_untrusted(recorded.error().message));
  }
  return response;
}

bool Clerk::publish(const libtoken::authority::Revoked& revoked) {
  if (!helpers_.publish()) return false;
  // The store may have been replaced since it was written to.
  const auto sight = judges_.look();
  const auto is_refused = [&](const libtoken::TokenId& id) { return sight.judge->snapshot().is_revoked(id); };
  return sight.judge != nullptr && std::all_of(revoked.newly.begin(), revoked.newly.end(), is_refused) &&
         std::all_of(revoked.already.begin(), revoked.already.end(), is_refused);
}

Response Clerk::failed(const libtoken::Error& error) {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return unknown_response();
    case ErrorKind::kInvalidArgument:
    case ErrorKind::kTooLarge:
      return error_response(400, "bad_field", libtoken::escape_untrusted(error.message) + ".");
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kConflict:
      return error_response(409, "conflict", libtoken::escape_untrusted(error.message) + ".");
    case ErrorKind::kRevoked:
      return unauthorized_response("revoked", "The token has been revoked.");
    case ErrorKind::kClock:
      return clock_response();
    case ErrorKind::kStoreUnavailable:
    case ErrorKind::kUnusableStore:
    case ErrorKind::kUnusableKeyFile:
      log_->error("the store failed at a request: {}", libtoken::escape_untrusted(error.message));
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
    case ErrorKind::kBadKey:
      break;
  }
  log_->error("a request could not be done: {}", libtoken::escape_untrusted(error.message));
  return internal_response();
}

}  // namespace tokend
