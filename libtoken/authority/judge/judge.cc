#include "authority/judge/judge.h"

#include <algorithm>
#include <utility>

#include "authority/judge/allows.h"
#include "authority/judge/reasons.h"
#include "authority/judge/refusal_reasons.h"
#include "authority/judge/visible_names.h"
#include "libtoken/macaroon.h"

namespace libtoken::authority {
namespace {

std::optional<std::uint64_t> find_org(const Snapshot& snapshot, const ResourceRef& org) {
  if (const auto* name = std::get_if<std::string_view>(&org)) return snapshot.org_id(*name);
  const std::uint64_t id = std::get<std::uint64_t>(org);
  return snapshot.has_org(id) ? std::optional(id) : std::nullopt;
}

std::optional<Snapshot::AppEntry> find_app(const Snapshot& snapshot, const ResourceRef& app) {
  if (const auto* name = std::get_if<std::string_view>(&app)) return snapshot.app(*name);
  return snapshot.app(std::get<std::uint64_t>(app));
}

bool is_named(const ResourceRef& ref) { return !std::holds_alternative<std::monostate>(ref); }

// The name that a question gave; "" for none.
std::string_view name_in(const ResourceRef& ref) {
  const auto* name = std::get_if<std::string_view>(&ref);
  return name == nullptr ? std::string_view{} : *name;
}

// A hint for callers who wrote an id in quotes, which makes it a name.
std::string id_hint(const ResourceRef& ref) {
  const auto* name = std::get_if<std::string_view>(&ref);
  const bool is_number = name != nullptr && !name->empty() && name->find_first_not_of("0123456789") == name->npos;
  return is_number ? " An id is a number, not a text." : "";
}

// Fills in the access's org and app. If something is wrong with them, that goes into `reasons`, for which alone memory
// is allocated.
void resolve(const Snapshot& snapshot, const Question& question, Access& access, std::vector<Reason>& reasons) {
  access.org.reset();
  access.app.reset();
  if (is_named(question.org)) {
    access.org = find_org(snapshot, question.org);
    if (!access.org) {
      reasons.push_back(reason_about_all(ReasonCode::kUnknownOrg, "There is no such org." + id_hint(question.org)));
    }
  }
  if (!is_named(question.app)) return;
  const auto app = find_app(snapshot, question.app);
  if (!app) {
    reasons.push_back(reason_about_all(ReasonCode::kUnknownApp, "There is no such app." + id_hint(question.app)));
    return;
  }
  access.app = app->id;
  if (!is_named(question.org)) {
    access.org = app->org;  // app names and ids are unique across orgs
  } else if (access.org && *access.org != app->org) {
    reasons.push_back(reason_about_all(ReasonCode::kAppNotInOrg, "The app is not one of this org."));
  }
}

// A header with many tokens must not make the answer long: the first reasons are enough.
constexpr std::size_t kMaxReasons = 32;

void explain_revocation(const VerifiedToken& token, std::vector<Reason>& reasons) {
  if (reasons.size() == kMaxReasons) return;
  reasons.push_back(reason_about(token, ReasonCode::kRevoked, "The token has been revoked."));
}

void explain_refusal(const VerifiedToken& token, const AskedAccess& asked, std::vector<Reason>& reasons) {
  const Access& access = asked.access;
  if (!begins_with_its_org(token)) {
    reasons.push_back(
        reason_about(token, ReasonCode::kWrongOrg, "The token does not begin with the org that its key belongs to."));
    return;
  }
  if (access.org != token.key_owner()) {
    reasons.push_back(reason_about(token, ReasonCode::kWrongOrg, "The token is for another org."));
    return;
  }
  const auto caveats = token.caveats();
  if (const auto fault = find_time_fault(caveats, access)) {
    reasons.push_back(time_reason(token, *fault));
    return;
  }
  for (std::size_t index = 0; index < caveats.size() && reasons.size() < kMaxReasons; ++index) {
    const Verdict verdict = clear(*caveats[index], access);
    if (verdict != Verdict::kOk) reasons.push_back(caveat_reason(token, index, verdict, asked));
  }
}

void describe(const VerifiedToken& token, Decision& decision) {
  decision.token = token.id();
  decision.org = token.key_owner();
  decision.profile = recognise_profile(token.own_caveats());
  decision.expires_unix_s = not_after_unix_s(token.caveats());
}

void add_refusals(const Verification& verification, RefusalReasons& refused, std::vector<Reason>& reasons) {
  for (const Refusal& refusal : verification.refusals)
    if (reasons.size() < kMaxReasons) reasons.push_back(refused.reason_of(refusal));
}

}  // namespace

bool begins_with_its_org(const VerifiedToken& token) {
  if (token.own_caveats().empty()) return false;
  const auto* first = std::get_if<Organization>(&token.own_caveats().front().body);
  return first != nullptr && first->id != 0 && first->id == token.key_owner();
}

bool allows(const VerifiedToken& token, const Access& access) {
  return begins_with_its_org(token) && access.org == token.key_owner() && all_clear(token.caveats(), access);
}

const char* to_string(ReasonCode code) noexcept {
  switch (code) {
    case ReasonCode::kMalformed: return "malformed";
    case ReasonCode::kTruncated: return "truncated";
    case ReasonCode::kTooLarge: return "too_large";
    case ReasonCode::kBadSignature: return "bad_signature";
    case ReasonCode::kUnknownKey: return "unknown_key";
    case ReasonCode::kKeyRetired: return "key_retired";
    case ReasonCode::kWrongLocation: return "wrong_location";
    case ReasonCode::kWrongOrg: return "wrong_org";
    case ReasonCode::kMissingDischarge: return "missing_discharge";
    case ReasonCode::kRevoked: return "revoked";
    case ReasonCode::kExpired: return "expired";
    case ReasonCode::kNotYetValid: return "not_yet_valid";
    case ReasonCode::kUnknownOrg: return "unknown_org";
    case ReasonCode::kUnknownApp: return "unknown_app";
    case ReasonCode::kAppNotInOrg: return "app_not_in_org";
    case ReasonCode::kInvalidAccess: return "invalid_access";
    case ReasonCode::kCaveat: return "caveat";
  }
  return "malformed";
}

Judge::Judge(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<LatestTime> latest)
    : snapshot_(std::move(snapshot)), latest_(std::move(latest)), verifier_(snapshot_->location(), *snapshot_) {}

Result<std::int64_t> Judge::judging_time(std::int64_t now_unix_s) const {
  std::int64_t newest = snapshot_->newest_record_unix_s();
  if (latest_ != nullptr) newest = std::max(newest, latest_->unix_s());
  if (now_unix_s < newest - std::chrono::seconds(kClockTolerance).count()) {
    return fail(ErrorKind::kClock,
                "the clock is more than five minutes behind the store's newest record, or behind what it said before: "
                "set it right first");
  }
  if (latest_ == nullptr) return now_unix_s;
  latest_->raise(now_unix_s);
  return std::max(now_unix_s, newest);
}

Result<Decision> Judge::decide(const Question& question, std::int64_t now_unix_s, VerifierScratch& scratch) const {
  const auto judging_at = judging_time(now_unix_s);
  if (!judging_at) return tl::unexpected(judging_at.error());
  Decision decision;
  const Verification verification = verifier_.verify(question.authorization, scratch);
  if (!verification.verified()) {
    // A caller without a token of ours must learn nothing of the registry, so nothing is looked up there.
    RefusalReasons refused(*snapshot_, question.authorization);
    add_refusals(verification, refused, decision.reasons);
    if (decision.reasons.empty()) {
      decision.reasons.push_back(
          reason_about_all(ReasonCode::kWrongLocation, "None of the tokens is for this service."));
    }
    return decision;
  }
  // The holder of a revoked token must learn nothing of the registry either.
  std::size_t alive = 0;
  bool one_id = true;
  const VerifiedToken& first = verification.tokens.front();
  for (const VerifiedToken& token : verification.tokens) {
    if (!snapshot_->is_revoked(token.id())) ++alive;
    one_id = one_id && token.id() == first.id();
  }
  if (one_id) describe(first, decision);
  if (alive == 0) {
    for (const VerifiedToken& token : verification.tokens) explain_revocation(token, decision.reasons);
    return decision;
  }

  Access access = question.rest;
  access.now_unix_s = *judging_at;
  resolve(*snapshot_, question, access, decision.reasons);
  if (!decision.reasons.empty()) return decision;
  if (access.action == kNoAction) {
    // Every mask contains the empty action, so every token would allow it.
    decision.reasons.push_back(reason_about_all(ReasonCode::kInvalidAccess, "An access needs an action."));
    return decision;
  }
  if (const auto problem = find_problem(access)) {
    std::string message = problem->message;
    if (!message.ends_with('.')) message += '.';
    decision.reasons.push_back(reason_about_all(ReasonCode::kInvalidAccess, std::move(message)));
    return decision;
  }

  for (const VerifiedToken& token : verification.tokens) {
    if (!allows(token, access) || snapshot_->is_revoked(token.id())) continue;
    if (!one_id || &token != &first) describe(token, decision);  // else it has been
    decision.allowed = true;
    decision.allowed_by = &token;
    return decision;
  }
  for (const VerifiedToken& token : verification.tokens) {
    if (decision.reasons.size() >= kMaxReasons) break;
    if (snapshot_->is_revoked(token.id())) {
      explain_revocation(token, decision.reasons);
    } else {
      const VisibleNames visible(*snapshot_, token);
      explain_refusal(token, {access, name_in(question.org), name_in(question.app), &visible}, decision.reasons);
    }
  }
  RefusalReasons refused(*snapshot_, question.authorization);
  add_refusals(verification, refused, decision.reasons);
  return decision;
}

}  // namespace libtoken::authority
