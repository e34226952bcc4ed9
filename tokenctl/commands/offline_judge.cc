#include "commands/offline_judge.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "libtoken/clearing.h"
#include "libtoken/discharges.h"
#include "libtoken/explain.h"
#include "libtoken/text.h"
#include "libtoken/times.h"
#include "output/outcome.h"

namespace tokenctl {
namespace {

using libtoken::Access;
using libtoken::Bundle;
using libtoken::Caveat;
using libtoken::CaveatType;
using libtoken::ErrorKind;
using libtoken::Macaroon;
using libtoken::Verdict;
using libtoken::authority::Decision;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;

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

std::string type_name(CaveatType type) {
  const std::string_view name = name_of(type);
  return name.empty() ? std::to_string(static_cast<std::uint64_t>(type)) : std::string(name);
}

/// One caveat that a token must clear, and where it stands.
struct Place {
  std::size_t part = 0;
  std::size_t index = 0;
  std::string discharge_from;  ///< escaped; "": it is the token's own
};

/// All that a token must clear: its own caveats, and those of the discharges that count.
struct Yield {
  std::vector<const Caveat*> caveats;
  std::vector<Place> places;

  void add(const Macaroon& macaroon, std::size_t part, const std::string& discharge_from) {
    const auto all = macaroon.unverified_caveats();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].type == CaveatType::kThirdParty || all[i].type == CaveatType::kBindToParentToken) continue;
      caveats.push_back(&all[i]);
      places.push_back({part, i, discharge_from});
    }
  }
};

void set_caveat(Reason& reason, const Caveat& caveat, const Place& place, Verdict verdict) {
  reason.caveat_index = place.index;
  reason.caveat_type = type_name(caveat.type);
  reason.verdict = verdict;
}

Reason caveat_reason(const Caveat& caveat, const Place& place, Verdict verdict, const libtoken::NameSource* names) {
  const auto explanation = explain(caveat, names);
  const std::string where =
      place.discharge_from.empty() ? "Caveat " : "In the discharge from " + place.discharge_from + ", caveat ";
  Reason reason = make_reason(ReasonCode::kCaveat,
                              where + std::to_string(place.index + 1) + " (" + explanation.type + ") " +
                                  describe_verdict(verdict) + ": " + explanation.adds,
                              place.part);
  set_caveat(reason, caveat, place, verdict);
  return reason;
}

Reason time_reason(const Caveat& caveat, const Place& place, const libtoken::TimeFault& fault) {
  const bool ended = fault.kind == libtoken::TimeFault::Kind::kEnded;
  const bool own = place.discharge_from.empty();
  Reason reason = make_reason(ended ? ReasonCode::kExpired : ReasonCode::kNotYetValid,
                              (own ? "The token" : "The discharge from " + place.discharge_from) +
                                  (ended ? " ended at " : " begins at ") + libtoken::to_rfc3339(fault.unix_s) +
                                  ", says its caveat " + std::to_string(place.index + 1) + " (" +
                                  type_name(caveat.type) + ")" + (ended && !own ? ": fetch a new one" : ""),
                              place.part);
  reason.time_unix_s = fault.unix_s;
  set_caveat(reason, caveat, place, Verdict::kUnauthorized);
  return reason;
}

/// Why no service accepts a token of this form, whatever is asked; null if it may.
const char* why_never_good(const Macaroon& token) {
  std::set<std::string_view> locations;
  for (const Caveat& caveat : token.unverified_caveats()) {
    if (caveat.type == CaveatType::kBindToParentToken) return "the token is bound like a discharge, and never verifies";
    if (is_attestation(caveat.type) && !token.nonce().proof)
      return "the token states a fact without being a proof, and never verifies";
    const auto* third_party = std::get_if<libtoken::ThirdParty>(&caveat.body);
    if (third_party != nullptr && !locations.insert(third_party->location).second)
      return "the token has two third-party caveats for one location, and never verifies";
  }
  return nullptr;
}

/// Whether a discharge may count at all. Its binding is checked as far as that can be without the token's key.
bool may_count(const Macaroon& discharge) {
  constexpr std::size_t kShortestBinding = 16;
  constexpr std::size_t kLongestBinding = 32;
  const auto caveats = discharge.unverified_caveats();
  return std::none_of(caveats.begin(), caveats.end(), [&](const Caveat& caveat) {
    const auto* binding = std::get_if<libtoken::BindToParentToken>(&caveat.body);
    if (binding != nullptr)
      return binding->prefix.size() < kShortestBinding || binding->prefix.size() > kLongestBinding;
    return caveat.type == CaveatType::kThirdParty || (is_attestation(caveat.type) && !discharge.nonce().proof);
  });
}

Reason missing_discharge(const std::string& from, std::size_t part, const char* why) {
  return make_reason(ReasonCode::kMissingDischarge, "The token needs a discharge from " + from + ", " + why, part);
}

/// Adds the caveats of the discharge that counts; or why none does.
std::optional<Reason> add_discharge(const libtoken::ThirdParty& third_party, std::size_t part, const Bundle& bundle,
                                    Yield& yield, std::vector<std::string>& not_known) {
  const std::string from = libtoken::escape_untrusted(third_party.location, 200);
  const auto discharges = discharges_for(third_party, *bundle.parts()[part], bundle);
  if (discharges.empty()) return missing_discharge(from, part, "which is not here");
  const libtoken::DischargeView* first = nullptr;  // of those that are bound to something else, as far as is known
  for (const libtoken::DischargeView& discharge : discharges) {
    if (!may_count(*discharge.macaroon)) continue;
    if (discharge.binding == libtoken::Binding::kOther) {
      if (first == nullptr) first = &discharge;
      continue;
    }
    if (first != nullptr) {
      not_known.push_back(
          "which of the discharges from " + from +
          " counts is not known here: one is bound to an earlier form of the token or to another token, "
          "and only the service can tell");
    }
    yield.add(*discharge.macaroon, discharge.part, from);
    return std::nullopt;
  }
  if (first == nullptr) return missing_discharge(from, part, "and the one here never counts");
  not_known.push_back("whether the discharge from " + from +
                      " counts is not known here: it is bound to an earlier form of the token or to another token, and "
                      "only the service can tell");
  yield.add(*first->macaroon, first->part, from);
  return std::nullopt;
}

/// One permission token of a bundle, judged.
struct Judged {
  std::vector<Reason> reasons;  ///< empty: it allows the access
  std::vector<std::string> not_known;
  Yield yield;
};

Judged judge(std::size_t part, const Bundle& bundle, const Access& access, const Snapshot* names) {
  Judged judged;
  const Macaroon& token = *bundle.parts()[part];
  if (const char* why = why_never_good(token)) {
    judged.reasons.push_back(make_reason(ReasonCode::kBadSignature, why, part));
    return judged;
  }
  judged.yield.add(token, part, "");
  const auto own = token.unverified_caveats();
  for (const Caveat& caveat : own) {
    const auto* third_party = std::get_if<libtoken::ThirdParty>(&caveat.body);
    if (third_party == nullptr) continue;
    if (auto missing = add_discharge(*third_party, part, bundle, judged.yield, judged.not_known))
      judged.reasons.push_back(std::move(*missing));
  }
  if (!judged.reasons.empty()) return judged;
  const auto* org = own.empty() ? nullptr : std::get_if<libtoken::Organization>(&own.front().body);
  if (org == nullptr || org->id == 0) {
    judged.reasons.push_back(make_reason(ReasonCode::kWrongOrg, "the token does not begin with an org", part));
    return judged;
  }
  if (access.org != org->id) {
    judged.reasons.push_back(make_reason(ReasonCode::kWrongOrg, "the token is for another org", part));
    return judged;
  }
  const auto& [caveats, places] = judged.yield;
  if (const auto fault = find_time_fault(caveats, access)) {
    judged.reasons.push_back(time_reason(*caveats[fault->caveat], places[fault->caveat], *fault));
    return judged;
  }
  for (std::size_t i = 0; i < caveats.size(); ++i) {
    const Verdict verdict = clear(*caveats[i], access);
    if (verdict != Verdict::kOk) judged.reasons.push_back(caveat_reason(*caveats[i], places[i], verdict, names));
  }
  return judged;
}

void describe(const Macaroon& token, const Judged& judged, Decision& decision) {
  const auto caveats = token.unverified_caveats();
  decision.token = token.id();
  decision.profile = libtoken::recognise_profile(caveats);
  decision.expires_unix_s = libtoken::not_after_unix_s(judged.yield.caveats);
  if (caveats.empty()) return;
  if (const auto* org = std::get_if<libtoken::Organization>(&caveats.front().body)) decision.org = org->id;
}

}  // namespace

OfflineDecision judge_offline(const Bundle& bundle, const Access& access, const Snapshot* names) {
  OfflineDecision all;
  Decision& decision = all.decision;
  const auto problem = find_problem(access);
  const std::string_view location = service_location(bundle);
  const Macaroon* first = nullptr;
  bool one_id = true;
  for (std::size_t part = 0; part < bundle.parts().size(); ++part) {
    const Bundle::Part& token = bundle.parts()[part];
    if (!token) {
      decision.reasons.push_back(make_reason(unreadable_code(token.error().kind), sentence(token.error()), part));
      continue;
    }
    if (token->location() != location) continue;
    Judged judged = judge(part, bundle, access, names);
    if (judged.reasons.empty() && !problem) {
      Decision allowed;
      allowed.allowed = true;
      describe(*token, judged, allowed);
      return {std::move(allowed), std::move(judged.not_known)};
    }
    one_id = one_id && (first == nullptr || first->id() == token->id());
    if (first == nullptr) describe(*token, judged, decision);
    if (first == nullptr) first = &*token;
    if (problem) continue;
    std::move(judged.reasons.begin(), judged.reasons.end(), std::back_inserter(decision.reasons));
    std::move(judged.not_known.begin(), judged.not_known.end(), std::back_inserter(all.not_known));
  }
  if (!one_id) {
    std::vector<Reason> reasons = std::move(decision.reasons);
    decision = Decision();  // which of the tokens it is about cannot be said
    decision.reasons = std::move(reasons);
  }
  if (first != nullptr && problem) {
    decision.reasons.push_back(make_reason(ReasonCode::kInvalidAccess, problem->message));
  }
  if (decision.reasons.empty()) {
    decision.reasons.push_back(
        make_reason(ReasonCode::kMalformed, "The bundle has no permission token, only discharges"));
  }
  return all;
}

ReasonCode unreadable_code(ErrorKind kind) {
  if (kind == ErrorKind::kTruncated) return ReasonCode::kTruncated;
  return kind == ErrorKind::kTooLarge ? ReasonCode::kTooLarge : ReasonCode::kMalformed;
}

Reason make_reason(ReasonCode code, std::string message, std::optional<std::size_t> part) {
  Reason result;
  result.code = code;
  result.message = std::move(message) + ".";
  if (result.message.front() >= 'a' && result.message.front() <= 'z') {
    result.message.front() = static_cast<char>(result.message.front() - 'a' + 'A');
  }
  result.part = part;
  return result;
}

}  // namespace tokenctl
