// GET /v1/whoami
#include <algorithm>

#include "authority/judge/reasons.h"
#include "authority/judge/refusal_reasons.h"
#include "authority/judge/visible_names.h"
#include "authority/registry/registry_json.h"
#include "authority/tokens/issued.h"
#include "authority/tokens/revocations.h"
#include "endpoints/endpoints.h"
#include "libtoken/bundle.h"
#include "libtoken/clearing.h"
#include "libtoken/inspect.h"
#include "libtoken/json.h"
#include "requests/json_response.h"
#include "requests/management_call.h"

namespace tokend {
namespace {

using libtoken::VerifiedToken;
using libtoken::authority::Reason;
using libtoken::authority::ReasonCode;
using libtoken::authority::Snapshot;
using json = libtoken::Json;

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

/// Adds what the registry has of a token that verified.
void describe(const VerifiedToken& token, const Snapshot& snapshot, libtoken::authority::Store& store, json& shown) {
  const auto profile = libtoken::recognise_profile(token.own_caveats());
  shown["org"] = {{"id", token.key_owner()}, {"name", snapshot.org_name_view(token.key_owner())}};
  shown["profile"] = profile ? json(to_string(*profile)) : json(nullptr);
  shown["name"] = nullptr;
  shown["for"] = nullptr;
  const auto issued = libtoken::authority::find_token(store, token.id(), token.key_owner());
  if (!issued) return;
  shown["name"] = text_or_null(issued->name);
  shown["for"] = text_or_null(issued->holder);
}

/// Why a part that is a token is not good, if that is known.
std::optional<Reason> reason_against(std::size_t part, const libtoken::Verification& verification,
                                     libtoken::authority::RefusalReasons& refused) {
  for (const libtoken::Refusal& refusal : verification.refusals) {
    if (refusal.part == part) return refused.reason_of(refusal);
  }
  return std::nullopt;
}

void show_reason(const Reason& reason, json& shown) {
  shown["status"] = to_string(reason.code);
  shown["reason"] = {{"code", to_string(reason.code)}, {"message", reason.message}};
}

/// `status` of what is signed rightly, and since or until when it is not live.
void show_time(const std::optional<libtoken::TimeFault>& fault, json& shown) {
  if (!fault) {
    shown["status"] = "live";
  } else if (fault->kind == libtoken::TimeFault::Kind::kEnded) {
    shown["status"] = "expired";
    shown["ended"] = libtoken::authority::time_to_json(fault->unix_s);
  } else {
    shown["status"] = "not_yet_valid";
    shown["starts"] = libtoken::authority::time_to_json(fault->unix_s);
  }
}

std::vector<const libtoken::Caveat*> pointers_to(std::span<const libtoken::Caveat> caveats) {
  std::vector<const libtoken::Caveat*> pointers;
  for (const libtoken::Caveat& caveat : caveats) pointers.push_back(&caveat);
  return pointers;
}

bool is_used_discharge(std::size_t part, const libtoken::Verification& verification) {
  return std::any_of(verification.tokens.begin(), verification.tokens.end(), [&](const VerifiedToken& token) {
    const auto discharges = token.discharges();
    return std::any_of(discharges.begin(), discharges.end(),
                       [&](const libtoken::UsedDischarge& used) { return used.part == part; });
  });
}

Response whoami(ManagementCall& call) {
  const Snapshot& snapshot = call.judge.snapshot();
  const auto bundle = libtoken::Bundle::parse(call.authorization);
  if (!bundle) return call.failed(bundle.error());
  const auto verification = call.verify();
  libtoken::authority::RefusalReasons refused(snapshot, call.authorization);
  json tokens = json::array();
  for (std::size_t i = 0; i < bundle->parts().size(); ++i) {
    const auto& part = bundle->parts()[i];
    if (!part) {
      tokens.push_back(inspect_json(libtoken::InspectedPart(part.error())));
      tokens.back()["verified"] = false;
      tokens.back()["status"] = to_string(part.error().kind);
      continue;
    }
    const auto found = std::find_if(verification.tokens.begin(), verification.tokens.end(),
                                    [&](const VerifiedToken& token) { return token.part() == i; });
    const bool revoked = found != verification.tokens.end() && snapshot.is_revoked(found->id());
    const VerifiedToken* good = found != verification.tokens.end() && !revoked ? &*found : nullptr;
    std::optional<libtoken::authority::VisibleNames> names;
    if (good != nullptr) names.emplace(snapshot, *good);
    json shown = inspect_json(libtoken::InspectedPart(inspect(*part, *bundle, names ? &*names : nullptr)));
    const bool discharges = is_used_discharge(i, verification);
    shown["verified"] = good != nullptr || discharges;
    shown["status"] = nullptr;
    if (good != nullptr) {
      show_time(find_time_fault(good->caveats(), call.judging_at_unix_s), shown);
      describe(*good, snapshot, call.store, shown);
      call.note_use(good->id());
    } else if (revoked) {
      show_reason(reason_about(*found, ReasonCode::kRevoked, "The token has been revoked."), shown);
      const auto at = libtoken::authority::revoked_at(call.store, found->id());
      if (at && *at) shown["revoked"] = libtoken::authority::time_to_json(**at);
    } else if (const auto reason = reason_against(i, verification, refused)) {
      show_reason(*reason, shown);
    } else if (discharges) {
      show_time(find_time_fault(pointers_to(part->unverified_caveats()), call.judging_at_unix_s), shown);
    }
    tokens.push_back(std::move(shown));
  }
  return json_response(200, json{{"tokens", std::move(tokens)}, {"signature_checked", true}});
}

}  // namespace

constinit const StoreEndpoint kWhoami{{}, false, nullptr, whoami};

}  // namespace tokend
