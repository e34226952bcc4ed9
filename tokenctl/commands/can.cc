#include <algorithm>
#include <iterator>

#include "authority/judge/judge.h"
#include "commands/run.h"
#include "input/access_options.h"
#include "input/times.h"
#include "input/token_source.h"
#include "libtoken/bundle.h"
#include "libtoken/clearing.h"
#include "libtoken/explain.h"
#include "libtoken/pasted.h"
#include "libtoken/text.h"
#include "output/decision_output.h"
#include "output/discharge_text.h"
#include "output/output.h"
#include "service/open_store.h"

namespace tokenctl {
namespace {

using libtoken::Access;
using libtoken::Bundle;
using libtoken::Caveat;
using libtoken::ErrorKind;
using libtoken::Macaroon;
using libtoken::Verdict;
using libtoken::authority::Decision;
using libtoken::authority::NameOrId;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;

ReasonCode code_of(ErrorKind kind) {
  if (kind == ErrorKind::kTruncated) return ReasonCode::kTruncated;
  return kind == ErrorKind::kTooLarge ? ReasonCode::kTooLarge : ReasonCode::kMalformed;
}

Reason reason(ReasonCode code, std::string message, std::optional<std::size_t> part = std::nullopt) {
  Reason result;
  result.code = code;
  result.message = std::move(message) + ".";
  if (result.message.front() >= 'a' && result.message.front() <= 'z') {
    result.message.front() = static_cast<char>(result.message.front() - 'a' + 'A');
  }
  result.part = part;
  return result;
}

/// Why a text is no list of tokens, and what it is instead.
Reason unreadable(std::string_view text, const libtoken::Error& error) {
  const libtoken::Pasted pasted = libtoken::look_at_pasted(text);
  const ReasonCode code =
      pasted.kind == libtoken::Pasted::Kind::kHalfToken ? ReasonCode::kTruncated : code_of(error.kind);
  const std::string what = describe(pasted);
  return reason(code, what.empty() ? sentence(error) : what);
}

/// The verdict as the predicate of a sentence about the caveat.
const char* describe_verdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk: return "is met";
    case Verdict::kUnspecified: return "is about something that the access does not name";
    case Verdict::kResource: return "is for something other than what the access names";
    case Verdict::kAction: return "does not allow this action";
    case Verdict::kRole: return "is for another role";
    case Verdict::kUnauthorized: return "does not allow this time or this source";
    case Verdict::kInvalidAccess: return "cannot be judged for this access";
    case Verdict::kBadCaveat: return "is unknown or contradicts itself";
  }
  return "";
}

/// `prefix` says which discharge the caveat is in; "" for the token itself.
Reason caveat_reason(const Caveat& caveat, std::size_t index, std::size_t part, Verdict verdict,
                     const libtoken::NameSource* names, const std::string& prefix) {
  const auto explanation = explain(caveat, names);
  Reason result = reason(ReasonCode::kCaveat,
                         prefix + (prefix.empty() ? "Caveat " : "caveat ") + std::to_string(index + 1) + " (" +
                             explanation.type + ") " + describe_verdict(verdict) + ": " + explanation.adds,
                         part);
  result.caveat_index = index;
  const std::string_view name = name_of(caveat.type);
  result.caveat_type = name.empty() ? std::to_string(static_cast<std::uint64_t>(caveat.type)) : std::string(name);
  result.verdict = verdict;
  return result;
}

/// Fills in the ids of org and app. False, with a reason, if the registry does not have them.
Outcome<bool> resolve(AccessQuestion& question, const Snapshot* registry, std::vector<Reason>& reasons) {
  Access& access = question.access;
  for (const auto* resource : {&question.org, &question.app}) {
    if (registry != nullptr || !*resource) continue;
    if (const auto* name = std::get_if<std::string>(&**resource)) return name_without_registry(*name);
  }
  if (question.org) {
    const auto* name = std::get_if<std::string>(&*question.org);
    access.org = name != nullptr ? registry->org_id(*name) : std::get<std::uint64_t>(*question.org);
    if (!access.org) {
      reasons.push_back(reason(ReasonCode::kUnknownOrg, "There is no org named \"" + *name + "\""));
      return false;
    }
  }
  if (!question.app) return true;
  const auto* name = std::get_if<std::string>(&*question.app);
  std::optional<Snapshot::AppEntry> app;
  if (registry != nullptr) {
    app = name != nullptr ? registry->app(std::string_view(*name))
                          : registry->app(std::get<std::uint64_t>(*question.app));
  }
  if (name != nullptr && !app) {
    reasons.push_back(reason(ReasonCode::kUnknownApp, "There is no app named \"" + *name + "\""));
    return false;
  }
  access.app = app ? app->id : std::get<std::uint64_t>(*question.app);
  if (!app) return true;
  if (access.org && *access.org != app->org) {
    reasons.push_back(reason(ReasonCode::kAppNotInOrg, "The app belongs to another org"));
    return false;
  }
  access.org = app->org;
  return true;
}

/// What the caveats are judged by.
struct JudgingContext {
  const Bundle& bundle;
  const Access& access;
  const Snapshot* registry;
};

Reason missing_discharge(const libtoken::ThirdParty& third_party, std::size_t part, const char* why) {
  return reason(ReasonCode::kMissingDischarge,
                "The token needs a discharge from " + libtoken::escape_untrusted(third_party.location) + ", " + why,
                part);
}

void judge_caveat(const Caveat& caveat, std::size_t index, std::size_t part, const JudgingContext& context,
                  const std::string& prefix, std::vector<Reason>& reasons) {
  // A verifier refuses an attestation in a token that is not a proof, since anybody could have added it. clear() does
  // not check that.
  const bool misplaced = is_attestation(caveat.type) && !context.bundle.parts()[part]->nonce().proof;
  const Verdict verdict = misplaced ? Verdict::kBadCaveat : clear(caveat, context.access);
  if (verdict != Verdict::kOk) reasons.push_back(caveat_reason(caveat, index, part, verdict, context.registry, prefix));
}

/// Why a discharge does not allow the access; empty if it does. Its binding is not checked, because that needs the
/// token's key.
std::vector<Reason> judge_discharge(const DischargeView& discharge, const libtoken::ThirdParty& third_party,
                                    const JudgingContext& context) {
  std::vector<Reason> reasons;
  const std::string prefix = "In the discharge from " + libtoken::escape_untrusted(third_party.location) + ", ";
  const auto caveats = discharge.macaroon->unverified_caveats();
  for (std::size_t i = 0; i < caveats.size(); ++i) {
    if (caveats[i].type == libtoken::CaveatType::kBindToParentToken) continue;
    if (caveats[i].type == libtoken::CaveatType::kThirdParty)
      return {missing_discharge(third_party, discharge.part,
                                "and the one here needs a discharge itself, so it never counts")};
    judge_caveat(caveats[i], i, discharge.part, context, prefix, reasons);
  }
  return reasons;
}

/// Empty if one of its discharges allows the access, else why the first one does not.
std::vector<Reason> judge_third_party(const libtoken::ThirdParty& third_party, std::size_t part,
                                      const JudgingContext& context) {
  const auto discharges = discharges_for(third_party, *context.bundle.parts()[part], context.bundle);
  if (discharges.empty()) return {missing_discharge(third_party, part, "which is not here")};
  std::vector<Reason> first;
  for (const DischargeView& discharge : discharges) {
    auto reasons = judge_discharge(discharge, third_party, context);
    if (reasons.empty()) return {};
    if (first.empty()) first = std::move(reasons);
  }
  return first;
}

/// Why this token's caveats do not allow the access; empty if they do.
std::vector<Reason> judge(std::size_t part, const JudgingContext& context) {
  std::vector<Reason> reasons;
  const auto caveats = context.bundle.parts()[part]->unverified_caveats();
  for (std::size_t i = 0; i < caveats.size(); ++i) {
    const auto* third_party = std::get_if<libtoken::ThirdParty>(&caveats[i].body);
    if (third_party == nullptr) {
      judge_caveat(caveats[i], i, part, context, "", reasons);
      continue;
    }
    auto unmet = judge_third_party(*third_party, part, context);
    reasons.insert(reasons.end(), std::make_move_iterator(unmet.begin()), std::make_move_iterator(unmet.end()));
  }
  return reasons;
}

void describe(const Macaroon& token, const Bundle& bundle, Decision& decision) {
  const auto caveats = token.unverified_caveats();
  decision.token = token.id();
  decision.profile = libtoken::recognise_profile(caveats);
  decision.expires_unix_s = libtoken::not_after_unix_s(caveats);
  if (const auto end = earlier_end(token, bundle)) decision.expires_unix_s = end->unix_s;
  if (caveats.empty()) return;
  if (const auto* org = std::get_if<libtoken::Organization>(&caveats.front().body)) decision.org = org->id;
}

Decision judge(const Bundle& bundle, const Access& access, const Snapshot* registry) {
  Decision decision;
  const auto problem = find_problem(access);
  const std::string_view location = service_location(bundle);
  std::size_t permission_tokens = 0;
  const Macaroon* last = nullptr;
  for (std::size_t part = 0; part < bundle.parts().size(); ++part) {
    const Bundle::Part& token = bundle.parts()[part];
    if (!token) {
      decision.reasons.push_back(reason(code_of(token.error().kind), sentence(token.error()), part));
      continue;
    }
    if (token->location() != location) continue;
    ++permission_tokens;
    last = &*token;
    if (problem) continue;
    auto reasons = judge(part, {bundle, access, registry});
    if (reasons.empty()) {
      decision.allowed = true;
      decision.reasons.clear();
      describe(*token, bundle, decision);
      return decision;
    }
    decision.reasons.insert(decision.reasons.end(), reasons.begin(), reasons.end());
  }
  if (permission_tokens == 1) describe(*last, bundle, decision);
  if (permission_tokens != 0 && problem) {
    decision.reasons.push_back(reason(ReasonCode::kInvalidAccess, problem->message));
  }
  if (decision.reasons.empty()) {
    decision.reasons.push_back(reason(ReasonCode::kMalformed, "The bundle has no permission token, only discharges"));
  }
  return decision;
}

bool has_token(const Bundle& bundle) {
  return std::any_of(bundle.parts().begin(), bundle.parts().end(),
                     [](const Bundle::Part& part) { return part.has_value(); });
}

}  // namespace

Outcome<Exit> run(const Globals& globals, const Can& command) {
  auto question = parse_access(command.access, now_unix_s());
  if (!question) return tl::unexpected<Failure>(question.error());
  const auto text = read_token(command.token);
  if (!text) return tl::unexpected<Failure>(text.error());
  const auto registry = open_registry(globals);
  if (!registry) return tl::unexpected<Failure>(registry.error());

  Decision decision;
  const Snapshot* names = nullptr;
  const auto bundle = Bundle::parse(*text);
  if (!bundle) {
    decision.reasons.push_back(unreadable(*text, bundle.error()));
  } else if (!has_token(*bundle)) {
    decision = judge(*bundle, question->access, nullptr);  // no token, so no service whose names could be looked up
  } else {
    names = registry_of(registry->get(), service_location(*bundle));
    const auto resolved = resolve(*question, names, decision.reasons);
    if (!resolved) return tl::unexpected<Failure>(resolved.error());
    if (*resolved) decision = judge(*bundle, question->access, names);
    if (names != nullptr) remark_near_names(decision, question->org, question->app, *names);
  }
  remark(
      "no signature was checked: this is what the token says about itself; tokenctl verify checks whether it is true");
  return answer_decision(decision, names, false, globals.json);
}

}  // namespace tokenctl
